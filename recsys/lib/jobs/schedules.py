"""Cron lines, as data: each app states its own, `sync_schedules` makes the library's rows of them.

A message of the library only calls `tick`, which makes the job. Its key holds the intended time,
so that any number of clusters make one job of one tick.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module

from croniter import croniter
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import module_has_submodule
from django_q.models import Schedule as ScheduleRow

from recsys.lib.errors import InvalidInput
from recsys.lib.jobs.registry import spec_of
from recsys.lib.jobs.services import submit

TICK = "recsys.lib.jobs.schedules.tick"


@dataclass(frozen=True)
class Schedule:
    """Run a job, without arguments, at the times of a cron line (UTC)."""

    job: str
    cron: str


def all_schedules() -> list[Schedule]:
    """What the `schedules` modules of the installed apps state, as `SCHEDULES`."""
    return [
        schedule
        for app in apps.get_app_configs()
        if app.name != __package__ and app.module and module_has_submodule(app.module, "schedules")
        for schedule in import_module(f"{app.name}.schedules").SCHEDULES
    ]


@transaction.atomic
def sync_schedules(schedules: Iterable[Schedule], *, now: datetime) -> dict[str, int]:
    """Make the library's rows say exactly this; changes nothing where they do.

    Raises InvalidInput on a cron line or a job's name that does not exist, and then changes
    nothing at all. Returns the numbers `created`, `updated` and `removed`.
    """
    wanted = {schedule.job: schedule for schedule in schedules}
    for schedule in wanted.values():
        _check(schedule)
    outcomes = {schedule.job: _sync(schedule, now) for schedule in wanted.values()}
    kept = [row_id for row_id, _ in outcomes.values()]
    removed, _ = ScheduleRow.objects.exclude(pk__in=kept).delete()
    counts = Counter(outcome for _, outcome in outcomes.values())
    return {"created": counts["created"], "updated": counts["updated"], "removed": removed}


def _check(schedule: Schedule) -> None:
    spec = spec_of(schedule.job)
    if spec.queue not in settings.JOB_QUEUES:
        raise InvalidInput(f"{schedule.job}: there is no queue called {spec.queue}.")
    if not croniter.is_valid(schedule.cron):
        raise InvalidInput(f"{schedule.job}: {schedule.cron!r} is no cron line.")


def _sync(schedule: Schedule, now: datetime) -> tuple[int, str]:
    """The row's id, and what became of it."""
    fields = {
        "func": TICK,
        "args": repr((schedule.job,)),
        "schedule_type": ScheduleRow.CRON,
        "cron": schedule.cron,
        "cluster": spec_of(schedule.job).queue,
        "intended_date_kwarg": "intended",
        "repeats": -1,
    }
    row = ScheduleRow.objects.filter(name=schedule.job).first()
    if row and all(getattr(row, name) == value for name, value in fields.items()):
        return row.pk, "kept"
    outcome = "updated" if row else "created"
    row = row or ScheduleRow.objects.create(name=schedule.job, **fields)
    next_run = croniter(schedule.cron, now).get_next(datetime)
    ScheduleRow.objects.filter(pk=row.pk).update(**fields, next_run=next_run)
    return row.pk, outcome


def tick(name: str, *, intended: str) -> None:
    """One tick of a schedule: the job for that time, however many clusters noticed it."""
    scheduled_at = datetime.fromisoformat(intended)
    submit(name=name, args={}, scheduled_at=scheduled_at, key=f"{name}@{intended}")
