"""Small jobs beside django-q2 alone, in the same run: throughput, enqueue to start, idle cost.

    nice python -m benchmarks.jobs [--jobs 5000] [--workers 4] [--rounds 1]

on the engine of DATABASE_URL (script/with-postgres runs it on PostgreSQL), in a database of its
own. "Alone" is the same function as a bare task of the same workers, without `Job` rows, claims,
leases and results. `docs/jobs.md` has what it measured.
"""

import argparse
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles

import psutil
from django.conf import settings
from django.db import connection, transaction
from django_q.tasks import async_task

from benchmarks.databases import scratch_database
from recsys.lib.jobs.services import enqueue
from tests.lib.jobs.harness import Workers, eventually
from tests.lib.jobs.samples import jobs as samples  # noqa: F401 (declares the sample jobs)

IDLE_SECONDS = 30
SAMPLES = 100
PATIENCE = 1_800  # seconds

Send = Callable[[int], object]


def send_alone(number: int) -> object:
    return async_task("tests.lib.jobs.samples.plain.write_row", number)


def send_job(number: int) -> object:
    return enqueue("write_row", number=number)


def main() -> None:
    options = arguments()
    with scratch_database("jobs") as database:
        _measure_in(database, options)


def _measure_in(database: str, options: argparse.Namespace) -> None:
    workers = Workers(
        Path(tempfile.mkdtemp(prefix="recsys-jobs-")),
        TEST_DATABASE=database,
        RECOMMENDATIONS_WORKERS=str(options.workers),
        LOG_LEVEL="ERROR",
        # As in production: what a test shortens would show in the idle cost.
        JOB_SILENCE_SECONDS=str(settings.JOB_SILENCE_SECONDS),
        JOB_DELIVERY_SECONDS=str(settings.JOB_DELIVERY_SECONDS),
        JOB_LEASE_SECONDS=str(settings.JOB_LEASE_SECONDS),
    )
    try:
        measure(options, workers.start())
    finally:
        workers.end_by(signal.SIGTERM)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=5_000)
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=1, help="Of both, alternating.")
    return parser.parse_args()


def measure(options: argparse.Namespace, workers: Workers) -> None:
    eventually(workers.is_idle)
    print(f"{connection.vendor}, {options.workers} workers, {options.jobs} jobs")
    throughput(workers, 50, "warming up", send_alone)  # every process imports what it needs
    print(f"idle: {idle_cost(workers.main):.1%} of a core")
    for _ in range(options.rounds):
        alone = throughput(workers, options.jobs, "django-q2 alone", send_alone)
        ours = throughput(workers, options.jobs, "jobs", send_job)
        print(f"jobs / alone: {ours / alone:.2f}")
    waits = [latency(workers, send) * 1_000 for send in (send_alone, send_job)]
    print("p95 enqueue → start on idle workers: alone {:.0f} ms, jobs {:.0f} ms".format(*waits))


def idle_cost(main: psutil.Process) -> float:
    """CPU seconds per second of everything `run_workers` has started, itself included."""
    before = cpu_seconds(main)
    time.sleep(IDLE_SECONDS)
    return (cpu_seconds(main) - before) / IDLE_SECONDS


def cpu_seconds(main: psutil.Process) -> float:
    """Of all its processes, and of those that were recycled meanwhile."""
    times = [process.cpu_times()[:4] for process in [main, *main.children(recursive=True)]]
    return sum(map(sum, times))


def throughput(workers: Workers, jobs: int, name: str, send: Send) -> float:
    """Jobs per second, from the commit of all of them to the last one's end."""
    cpu, begin = cpu_seconds(workers.main), time.monotonic()
    with transaction.atomic():
        run(workers, jobs, send)
    committed = time.monotonic()
    eventually(lambda: workers.ended() >= jobs, seconds=PATIENCE)
    end = max(at for what, _, at in workers.notes() if what.startswith("end"))
    print(
        f"{name}: {jobs / (end - committed):.0f}/s, enqueued {jobs / (committed - begin):.0f}/s,"
        f" {(cpu_seconds(workers.main) - cpu) / jobs * 1_000:.1f} ms of workers' CPU each",
        flush=True,
    )
    return jobs / (end - committed)


def latency(workers: Workers, send: Send) -> float:
    """p95 seconds from enqueueing to starting, one at a time on idle workers."""
    sent = run(workers, SAMPLES, send, pause=0.1)
    eventually(lambda: workers.ended() >= SAMPLES, seconds=PATIENCE)
    starts = [(what, at) for what, _, at in workers.notes() if what.startswith("start")]
    waits = [at - sent[int(what.split()[1])] for what, at in starts]
    return quantiles(waits, n=20)[-1]


def run(workers: Workers, jobs: int, send: Send, pause: float = 0) -> dict[int, float]:
    """Send so many; when each was sent."""
    workers.notes_path.unlink(missing_ok=True)
    sent = {}
    for number in range(jobs):
        send(number)
        sent[number] = time.monotonic()
        time.sleep(pause)
    return sent


if __name__ == "__main__":
    main()
