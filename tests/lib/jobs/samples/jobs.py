"""Jobs that do what jobs do: work, write, fail, die, hang. Workers in tests know them."""

import os
import time
from datetime import timedelta
from pathlib import Path

from inventory.models import Category
from recsys.lib.jobs.registry import job
from recsys.lib.progress import Progress

FAST, SLOW = "recommendations", "recommendations_slow"


def note(what: str) -> None:
    """One line in the file the test reads; appended at once, so that no process loses any."""
    path = os.environ.get("SAMPLE_NOTES")
    if path:
        with Path(path).open("a") as notes:
            notes.write(f"{what} {os.getpid()} {time.monotonic()}\n")


@job("write_row", queue=FAST, timeout=60)
def write_row(progress: Progress, *, number: int, seconds: int = 0, held: bool = False) -> dict:
    """The effect is one row, however often it runs; one that is held waits to be let go."""
    note(f"start {number}")
    time.sleep(seconds)
    while held and not Path(os.environ["SAMPLE_GATE"]).exists():
        time.sleep(0.05)
    Category.objects.update_or_create(slug=f"row-{number}", defaults={"name": f"Row {number}"})
    note(f"end {number}")
    return {"rows": 1}


@job("raise_error", queue=FAST, timeout=60)
def raise_error(progress: Progress) -> None:
    note("raised")
    raise RuntimeError("on purpose")


@job("exit_process", queue=FAST, timeout=60)
def exit_process(progress: Progress) -> None:
    note("exited")
    os._exit(9)


@job("hang", queue=FAST, timeout=2)
def hang(progress: Progress) -> None:
    note("hung")
    time.sleep(3600)


@job("count_up", queue=SLOW, timeout=600)
def count_up(progress: Progress, *, total: int) -> dict:
    """A tenth of a second for each."""
    for done in range(total):
        time.sleep(0.1)
        progress(done + 1, total)
    return {"counted": total}


@job("hourly", queue=FAST, timeout=60, unique_for=timedelta(hours=1), then="after_hourly")
def hourly(progress: Progress) -> dict:
    progress(3, 4)
    return {"users": 4, "failed": 1}


@job("after_hourly", queue=FAST, timeout=60, unique_for=timedelta(hours=1))
def after_hourly(progress: Progress) -> None:
    note("after_hourly")


def _period(item_id: int | None = None) -> timedelta:
    return timedelta(minutes=5) if item_id else timedelta(hours=12)


@job("per_item", queue=SLOW, timeout=60, unique_for=_period)
def per_item(progress: Progress, *, item_id: int | None = None) -> None:
    pass
