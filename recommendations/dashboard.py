"""What the operator's first page shows. No figure here reads more than it shows is worth.

What takes reading many rows is measured by jobs, and shown as they last found it: the cache here,
the marketplace in `services.market`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Max

from recommendations import cache
from recommendations.data import Family
from recommendations.models import TrainedModel
from recsys.lib.health import health
from recsys.lib.jobs.models import Job
from recsys.lib.jobs.querysets import PENDING
from recsys.lib.jobs.schedules import all_schedules

MEASURE = "measure_cache"
MADE_BY = {
    Family.HOME: ("generate_recommendations", timedelta(hours=3)),
    Family.POPULAR: ("generate_popular_items", timedelta(hours=3)),
    Family.SIMILAR: ("compute_item_similarities", timedelta(hours=36)),
}
"""Each family of lists: the job that makes all of them, and the age at which it is overdue."""


@dataclass(frozen=True)
class FamilyFigures:
    """`entries` and `bytes` are as last measured; `made_at` is when all lists were last made."""

    family: Family
    entries: int | None
    bytes: int | None
    hit_rate: float | None
    made_at: datetime | None
    is_overdue: bool

    @property
    def hit_percent(self) -> int | None:
        return None if self.hit_rate is None else round(100 * self.hit_rate)


@dataclass(frozen=True)
class QueueFigures:
    queue: str
    waiting: int
    running: int
    discarded: int


@dataclass(frozen=True)
class Run:
    """A schedule and the job of its last tick, if there was one."""

    name: str
    cron: str
    job: Job | None


@dataclass(frozen=True)
class Attention:
    """Something an operator should look at, in words; `about` names the page that helps."""

    words: str
    about: str = ""


def families(now: datetime) -> list[FamilyFigures]:
    """The three kinds of kept lists. Two statements, and the counters of the cache."""
    made = _last_completed([job for job, _ in MADE_BY.values()])
    measured = last_measure()
    return [
        _family(family, measured.get(family.value, {}), made.get(MADE_BY[family][0]), now)
        for family in Family
    ]


def _family(
    family: Family, measured: dict[str, Any], made_at: datetime | None, now: datetime
) -> FamilyFigures:
    outcomes = cache.read_counts(family)
    found = outcomes[cache.Freshness.FRESH] + outcomes[cache.Freshness.STALE]
    asked = found + outcomes[cache.Freshness.MISSING]
    _, limit = MADE_BY[family]
    return FamilyFigures(
        family=family,
        entries=measured.get("entries"),
        bytes=measured.get("bytes"),
        hit_rate=found / asked if asked else None,
        made_at=made_at,
        is_overdue=made_at is None or now - made_at > limit,
    )


def _last_completed(names: Iterable[str]) -> dict[str, datetime]:
    """When each of the jobs last did its work for everybody."""
    done = Job.objects.filter(name__in=list(names), state=Job.State.COMPLETED, args={})
    return dict(done.order_by().values_list("name").annotate(Max("finished_at")))


def last_measure() -> dict[str, Any]:
    """Entries and bytes of the cache by family, as the hourly job counted them; empty before."""
    done = Job.objects.filter(name=MEASURE, state=Job.State.COMPLETED).order_by("-id")
    return done.values_list("result", flat=True).first() or {}


def queues() -> list[QueueFigures]:
    """Unfinished and discarded jobs of each queue. One statement."""
    states = (*PENDING, Job.State.EXECUTING, Job.State.DISCARDED)
    counted = Job.objects.filter(state__in=states).order_by().values_list("queue", "state")
    counts = {(queue, state): jobs for queue, state, jobs in counted.annotate(Count("pk"))}
    return [
        QueueFigures(
            queue,
            waiting=sum(counts.get((queue, state), 0) for state in PENDING),
            running=counts.get((queue, Job.State.EXECUTING), 0),
            discarded=counts.get((queue, Job.State.DISCARDED), 0),
        )
        for queue in settings.JOB_QUEUES
    ]


def runs() -> list[Run]:
    """Each schedule with the job of its last tick. One statement."""
    schedules = all_schedules()
    ticks = Job.objects.filter(name__in=[each.job for each in schedules], key__isnull=False)
    latest = ticks.order_by().values("name").annotate(latest=Max("pk")).values("latest")
    jobs = {job.name: job for job in Job.objects.filter(pk__in=latest)}
    return [Run(each.job, each.cron, jobs.get(each.job)) for each in schedules]


def models() -> list[TrainedModel]:
    """The model in use, and the one that was before it, as far as there are. One statement."""
    return list(TrainedModel.objects.promoted()[:2])


def attention(
    lists: Iterable[FamilyFigures], jobs: Iterable[QueueFigures], now: datetime
) -> Iterator[Attention]:
    """What an operator should look at; nothing where all is well."""
    for name, finding in health()[1].items():
        if finding != "ok":
            yield Attention(f"{name.capitalize()}: {finding}", "jobs")
    if not settings.RECSYS_CACHE_ENABLED:
        yield Attention("The recommendation cache is switched off: answers are slower.")
    discarded = sum(queue.discarded for queue in jobs)
    if discarded:
        noun = "job was" if discarded == 1 else "jobs were"
        yield Attention(f"{discarded} {noun} discarded after the last attempt.", "discarded")
    for each in lists:
        if each.is_overdue:
            yield Attention(_overdue(each, now))


def _overdue(figures: FamilyFigures, now: datetime) -> str:
    job, _ = MADE_BY[figures.family]
    if figures.made_at is None:
        return f"{figures.family.label}: no job has made them yet ({job})."
    hours = (now - figures.made_at) / timedelta(hours=1)
    return f"{figures.family.label}: last made {hours:,.0f} hours ago ({job})."
