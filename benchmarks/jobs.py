"""Small jobs beside django-q2 alone, in the same run: throughput, enqueue to start, idle cost.

    python -m benchmarks.jobs [--jobs 5000] [--workers 4]

on the database of DATABASE_URL (script/with-postgres runs it on PostgreSQL). It fills the
database with what it measures, so by default that is a fresh SQLite file.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

SETTINGS = "tests.lib.jobs.worker_settings"
IDLE_SECONDS = 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=5_000)
    parser.add_argument("--workers", type=int, default=4)
    options = parser.parse_args()
    folder = tempfile.mkdtemp(prefix="recsys-jobs-")
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/jobs.sqlite3")
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": SETTINGS,
        "RECOMMENDATIONS_WORKERS": str(options.workers),
        "LOG_LEVEL": "ERROR",
        "SAMPLE_NOTES": f"{folder}/notes",
    }
    import django

    django.setup()
    subprocess.run([sys.executable, "-m", "django", "migrate", "-v0"], check=True)
    workers = psutil.Popen([sys.executable, "-m", "django", "run_workers"])
    try:
        measure(options.jobs, Path(folder, "notes"), workers)
    finally:
        workers.terminate()
        workers.wait()


def measure(jobs: int, notes: Path, workers: psutil.Popen) -> None:
    time.sleep(20)  # both clusters are up
    print(f"idle: {idle_cost(workers):.1%} of a core")
    from django_q.tasks import async_task

    from recsys.lib.jobs.services import enqueue

    alone = timed(jobs, notes, lambda n: async_task("tests.lib.jobs.samples.plain.write_row", n))
    ours = timed(jobs, notes, lambda n: enqueue("write_row", number=n))
    print(f"throughput: {ours / alone:.2f} of django-q2 alone")
    for name, send in (
        ("django-q2 alone", lambda n: async_task("tests.lib.jobs.samples.plain.write_row", n)),
        ("jobs", lambda n: enqueue("write_row", number=n)),
    ):
        print(f"{name}: p95 from enqueue to start {latency(notes, send) * 1000:.0f} ms, unloaded")


def idle_cost(workers: psutil.Popen) -> float:
    """CPU seconds per second of everything `run_workers` has started, itself included."""
    before = cpu_seconds(workers)
    time.sleep(IDLE_SECONDS)
    return (cpu_seconds(workers) - before) / IDLE_SECONDS


def cpu_seconds(workers: psutil.Popen) -> float:
    times = [process.cpu_times() for process in [workers, *workers.children(recursive=True)]]
    return sum(spent.user + spent.system for spent in times)


def started(notes: Path) -> list[tuple[int, float]]:
    """(number, when it started on the machine's monotonic clock) of each run so far."""
    lines = [line.split() for line in notes.read_text().splitlines()] if notes.exists() else []
    return [(int(line[1]), float(line[3])) for line in lines if line[0] == "start"]


def timed(jobs: int, notes: Path, send) -> float:
    """Jobs per second, from the first enqueued to the last one's end."""
    notes.unlink(missing_ok=True)
    begin = time.monotonic()
    for number in range(jobs):
        send(number)
    enqueued = time.monotonic()
    while not notes.exists() or notes.read_text().count("end ") < jobs:
        time.sleep(0.1)
    end = time.monotonic()
    waits = sorted(at - begin for _, at in started(notes))
    print(
        f"{jobs} jobs: {jobs / (end - begin):.0f}/s, enqueued {jobs / (enqueued - begin):.0f}/s,"
        f" p95 start after {waits[int(len(waits) * 0.95)]:.1f} s of the burst"
    )
    return jobs / (end - begin)


def latency(notes: Path, send, samples: int = 100) -> float:
    """p95 seconds from enqueueing to starting, one at a time on idle workers."""
    notes.unlink(missing_ok=True)
    sent = {}
    for number in range(samples):
        sent[number] = time.monotonic()
        send(number)
        time.sleep(0.1)
    while len(started(notes)) < samples:
        time.sleep(0.1)
    waits = sorted(at - sent[number] for number, at in started(notes))
    return waits[int(len(waits) * 0.95)]


if __name__ == "__main__":
    main()
