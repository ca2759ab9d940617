"""Requests a second of the served lists by granian, beside a bare view in the same run.

    script/with-postgres python -m benchmarks.serving_load [--items 200000] [--rounds 3]

Two workers; wrk (Debian's package) with four connections on the same machine. Cache and database
are those the environment names. Cases take turns; each is judged by the best of its rounds, and
the ratio to the bare view is what counts: other work on the machine slows all of them.

Measured on PostgreSQL with 2,000 items, one round beside little else: home 0.14 of the bare view,
ids 0.19, similar 0.21 (336, 479, 522 and 2,469 requests/s; p99 26, 17, 15 and 4 ms). That machine
was five times slower than the one where the bare view gave 12,200 and Gorse 1,040 to 1,670 ids:
no absolute figure here can stand beside those.
"""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.cache import caches
from django.db import connection

from benchmarks.serving import asked, marketplace, options_of

PORT = 18765
SITE = f"http://127.0.0.1:{PORT}"
SECONDS, WARM_UP_SECONDS = 5, 2
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


def main() -> None:
    options = options_of(__doc__)
    with marketplace(options):
        cases = asked()
        connection.close()
        with _served():
            for address, headers in cases.values():
                _load(address, headers, WARM_UP_SECONDS)
            rounds = [
                {name: _load(*case, SECONDS) for name, case in cases.items()}
                for _ in range(options.rounds)
            ]
    backend = type(caches["recommendations"]).__name__
    bare = max(figures["bare"] for figures in rounds)
    for name in cases:
        rate, p50, p99 = max(figures[name] for figures in rounds)
        print(
            f"{connection.vendor} {backend} {name:8} {rate:7,.0f} requests/s, "
            f"{rate / bare[0]:.3f} of bare, p50 {-p50:.1f} ms, p99 {-p99:.1f} ms"
        )


@contextmanager
def _served() -> Iterator[None]:
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(PORT)),
        *("--workers", "2", "--blocking-threads", "2", "--no-access-log", "--log-level", "error"),
        "benchmarks.served_site:application",
    ]
    database = {"BENCHMARK_DATABASE": str(connection.settings_dict["NAME"])}
    server = subprocess.Popen(command, env=os.environ | database, cwd=settings.BASE_DIR)
    try:
        while not _answers():
            time.sleep(0.2)
        yield
    finally:
        server.terminate()
        server.wait()


def _answers() -> bool:
    try:
        socket.create_connection(("127.0.0.1", PORT)).close()
    except OSError:
        return False
    return True


def _load(address: str, headers: dict[str, str], seconds: int) -> tuple[float, float, float]:
    """Requests a second, and minus the milliseconds within which 50 and 99 % were answered."""
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    command = ["wrk", "-t1", "-c4", f"-d{seconds}s", "--latency", *given, SITE + address]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in told, told
    p50, p99 = (_quantile(told, share) for share in (50, 99))
    return float(_found(r"Requests/sec:\s+([\d.]+)", told)[1]), -p50, -p99


def _quantile(told: str, percent: int) -> float:
    found = _found(rf"{percent}%\s+([\d.]+)(us|ms|s)", told)
    return float(found[1]) * MILLISECONDS[found[2]]


def _found(pattern: str, told: str) -> re.Match[str]:
    found = re.search(pattern, told)
    assert found, told
    return found


if __name__ == "__main__":
    main()
