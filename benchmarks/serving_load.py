"""Requests a second of the served lists by granian, beside a bare view in the same run.

    script/with-postgres python -m benchmarks.serving_load [--items 20000] [--rounds 4] [--filled]

Two workers; wrk (Debian's package) on the same machine, on the cache and database that the
environment names. First as fast as four connections go: cases take turns, each is judged by the
best of its rounds, and the ratio to the bare view is what counts, for other work on the machine
slows all of them. Then at 80 % of what was just found: sixty-four clients who each think for a
random while between two requests, as many people do. Then by a server that remembers nothing of
the cache: one address asked again and again is what a process's memory answers best. At last by
one whose cache is switched off: what is computed on the spot for every request.

Measured on PostgreSQL with 20,000 items, nearly alone, before processes remembered anything: home
0.153 of the bare view, ids 0.170, similar 0.162 (452, 500, 478 and 2,944 requests/s). At 80 %
of that: mean 24, 21, 19 and 5.5 ms, p99 93, 70, 60 and 28 ms. A kept list came 18 to 25 times as
often as one computed on the spot. That machine was four times slower than the one where the bare
view gave 12,200 and Gorse 1,040 to 1,670 ids: no absolute figure here can stand beside those.

Since then only beside six to thirteen other processes: 0.145, 0.207, 0.214 of 2,704 requests/s;
what was found at 80 % says nothing. By CPU of workers and database for a request, which is what
saturates two cores, fastest quarter of six turns: home 0.175, ids 0.176, similar 0.278 of bare,
0.214 where nothing is remembered. With 200,000 items and people and ten million deeds, four
turns: 0.169, 0.181, 0.294.

The waiting at 80 % is that of one queue for each worker, as theory has it: 4.4 ms of work for a
personal list make a mean of 4.4 / (1 - 0.8) = 22 ms and a p99 of 101.
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
        print(
            f"  {name:8} {found.rate:7,.0f} requests/s; kept {best[name].rate / found.rate:.1f} ×"
        )


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
