"""How the queues are doing, for Prometheus."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db.models import Count, Max, Min
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily, Metric

from recsys.lib.jobs.models import Heartbeat, Job
from recsys.lib.measures import measured


@measured
def jobs() -> Iterator[Metric]:
    """Three statements, however many jobs there are."""
    now = timezone.now()
    counts = GaugeMetricFamily("recsys_jobs", "Jobs by state.", labels=["queue", "state"])
    by_state = Job.objects.order_by().values_list("queue", "state").annotate(Count("pk"))
    for queue, state, number in by_state:
        counts.add_metric([queue, state], number)
    yield counts
    due = Job.objects.due(now).order_by().values_list("queue").annotate(Min("due_at"))
    yield _ages(
        "recsys_jobs_oldest_waiting_seconds",
        "How long the job has been due that has waited longest.",
        dict.fromkeys(settings.JOB_QUEUES, now) | dict(due),
        now,
    )
    beats = Heartbeat.objects.order_by().values_list("queue").annotate(Max("beat_at"))
    yield _ages(
        "recsys_workers_heartbeat_age_seconds",
        "How long ago a worker last took something from the queue.",
        dict(beats),
        now,
    )


def _ages(name: str, words: str, moments: dict[str, datetime], now: datetime) -> Metric:
    ages = GaugeMetricFamily(name, words, labels=["queue"])
    for queue, moment in moments.items():
        ages.add_metric([queue], (now - moment).total_seconds())
    return ages
