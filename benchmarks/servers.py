"""The benchmark's site as people meet it: granian with two workers, on a port of its own."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

HOST, PORT = "127.0.0.1", 18765
SITE = f"http://{HOST}:{PORT}"


@contextmanager
def served(**environment: str) -> Iterator[None]:
    """A server that answers, on the scratch database of this process."""
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(PORT)),
        *("--workers", "2", "--blocking-threads", "2", "--no-access-log", "--log-level", "error"),
        "benchmarks.served_site:application",
    ]
    environment["BENCHMARK_DATABASE"] = str(connection.settings_dict["NAME"])
    server = subprocess.Popen(command, env=os.environ | environment, cwd=settings.BASE_DIR)
    try:
        while not _answers():
            time.sleep(0.2)
        yield
    finally:
        server.terminate()
        server.wait()


def _answers() -> bool:
    try:
        socket.create_connection((HOST, PORT)).close()
    except OSError:
        return False
    return True
