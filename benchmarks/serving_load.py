"""Requests a second of the served lists by granian, beside a bare view in the same run.

    script/with-postgres python -m benchmarks.serving_load [--items 20000] [--rounds 4] [--filled]

Two workers; wrk (Debian's package) on the same machine, on the cache and database that the
environment names. First as fast as four connections go: cases take turns, each is judged by the
best of its rounds, and the ratio to the bare view is what counts, for other work on the machine
slows all of them. Then at 80 % of what was just found: sixty-four clients who each think for a
random while between two requests, as many people do. Then by a server that remembers nothing of
the cache: one address asked again and again is what a process's memory answers best. At last by
one whose cache is switched off: what is computed on the spot for every request.

Measured on PostgreSQL with 20,000 items on two cores that did nothing else, where the bare view
gave 3,891 requests/s:

| | home | ids, by a service | similar | asked |
| --- | --- | --- | --- | --- |
| requests/s of the bare view's | 0.214 | 0.252 | 0.352 | 0.16, 0.21, 0.23 |
| nothing remembered | 0.240 | 0.277 | 0.314 | |
| at 80 %: mean, ms (bare 1.8) | 7.4 | 8.2 | 5.7 | 5 |
| at 80 %: p99, ms (bare 8.2) | 19.9 | 22.4 | 17.1 | 50 |
| kept, times what is computed on the spot | 25 | 32 | 59 | 10 |
| 200,000 items and people, ten million deeds | 0.190 | 0.214 | 0.277 | |
| … nothing remembered | 0.185 | 0.337 | 0.256 | |
| … at 80 %: mean, p99, ms | 13, 50 | 16, 46 | 11, 35 | |
| … kept, times what is computed on the spot | 110 | 140 | none came in 2 s | |

Beside a dozen other programs the same code gave 0.145, 0.207 and 0.214: what takes the cores in
between leaves cold caches, which costs a list more than an empty view. The mean at 80 % is that of
a queue for each worker; the figure asked for is of a machine three times as fast, where the bare
view gave 12,200 and Gorse 1,040 to 1,670 ids: no absolute figure here can stand beside those.
"""

import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from django.core.cache import caches
from django.db import connection

from benchmarks.servers import SITE, served
from benchmarks.serving import asked, marketplace, options_of

SECONDS, WARM_UP_SECONDS, PACED_SECONDS = 2, 2, 10
CONNECTIONS, PEOPLE = 4, 64
SHARE = 0.8
"""Of saturation: how busy the paced load keeps the server."""
THINKING = "function delay() return math.floor(-math.log(1 - math.random()) * {:.3f}) end"
"""For wrk: milliseconds between an answer and the next request, exponentially distributed."""
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}

Case = tuple[str, dict[str, str]]


class Figures(NamedTuple):
    """What wrk found: requests a second, and milliseconds until they were answered."""

    rate: float
    mean: float
    p50: float
    p99: float


def main() -> None:
    options = options_of(__doc__)
    with marketplace(options):
        cases = asked()
        connection.close()
        with _served(cases):
            best = _saturated(cases, options.rounds)
            paced = {name: _paced(*case, best[name].rate * SHARE) for name, case in cases.items()}
        lists = {name: case for name, case in cases.items() if name != "bare"}
        with _served(cases, BENCHMARK_FORGETFUL="yes"):
            forgetful = _saturated(cases, options.rounds)
        with _served(lists, RECSYS_CACHE_ENABLED="false"):
            computed = _saturated(lists, options.rounds)
    print(f"{connection.vendor} {type(caches['recommendations']).__name__}")
    for name, found in best.items():
        _tell(name, found, best["bare"])
    print(f"at {SHARE:.0%} of that:")
    for name, found in paced.items():
        _tell(name, found, paced["bare"])
    print("nothing remembered for a second:")
    for name, found in forgetful.items():
        _tell(name, found, forgetful["bare"])
    print("computed on the spot:")
    for name, found in computed.items():
        times = f"{best[name].rate / found.rate:.1f} ×" if found.rate else "beyond compare"
        print(f"  {name:8} {found.rate:7,.0f} requests/s; kept {times}")


def _tell(name: str, found: Figures, bare: Figures) -> None:
    print(
        f"  {name:8} {found.rate:7,.0f} requests/s, {found.rate / bare.rate:.3f} of bare; "
        f"mean {found.mean:.1f} ms ({found.mean / bare.mean:.1f} × bare), "
        f"p50 {found.p50:.1f} ms, p99 {found.p99:.1f} ms ({found.p99 / bare.p99:.1f} × bare)"
    )


@contextmanager
def _served(cases: Mapping[str, Case], **environment: str) -> Iterator[None]:
    """A server, warmed: caches filled, statements prepared."""
    with served(**environment):
        for case in cases.values():
            _load(*case, WARM_UP_SECONDS)
        yield


def _saturated(cases: Mapping[str, Case], rounds: int) -> dict[str, Figures]:
    found = [{name: _load(*case, SECONDS) for name, case in cases.items()} for _ in range(rounds)]
    return {name: max(each[name] for each in found) for name in cases}


def _paced(address: str, headers: dict[str, str], rate: float) -> Figures:
    """At about `rate` requests a second, whoever waits for whom."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(THINKING.format(1000 * PEOPLE / rate))
        script.flush()
        return _load(address, headers, PACED_SECONDS, f"-c{PEOPLE}", "-s", script.name)


def _load(address: str, headers: dict[str, str], seconds: int, *how: str) -> Figures:
    given = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    how = how or (f"-c{CONNECTIONS}",)
    command = ["wrk", "-t1", f"-d{seconds}s", "--latency", *how, *given, SITE + address]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert "Non-2xx" not in told, told
    rate = float(_found(r"Requests/sec:\s+([\d.]+)", told)[1])
    return Figures(rate, *(_time(name, told) for name in ("Latency", "50%", "99%")))


def _time(name: str, told: str) -> float:
    found = _found(rf"{name}\s+([\d.]+)(us|ms|s)", told)
    return float(found[1]) * MILLISECONDS[found[2]]


def _found(pattern: str, told: str) -> re.Match[str]:
    found = re.search(pattern, told)
    assert found, told
    return found


if __name__ == "__main__":
    main()
