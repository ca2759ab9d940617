"""Which clusters of workers are alive: each says so whenever it takes something from its queue."""

import os
import socket
import time
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django_q.conf import Conf

from recsys.lib.health import health_check
from recsys.lib.jobs import transport
from recsys.lib.jobs.models import Heartbeat, Job

ENVIRONMENT_NAME = "RECSYS_CLUSTER"
"""How `run_workers` tells a cluster its name."""

BEAT = "recsys.lib.jobs.heartbeat.beat"
SECONDS_BETWEEN_BEATS = 5.0

_last_beat = -SECONDS_BETWEEN_BEATS


def cluster_name() -> str:
    """The name of the cluster this process works in."""
    return os.environ.get(ENVIRONMENT_NAME) or f"{socket.gethostname()}:{Conf.CLUSTER_NAME}"


def beat() -> None:
    """Note that this cluster takes messages; at most every few seconds per worker."""
    global _last_beat  # noqa: PLW0603 (one per worker process)
    if time.monotonic() - _last_beat < SECONDS_BETWEEN_BEATS:
        return
    beat_at = timezone.now()
    heart = Heartbeat(cluster=cluster_name(), queue=Conf.CLUSTER_NAME, beat_at=beat_at)
    Heartbeat.objects.bulk_create(
        [heart], update_conflicts=True, unique_fields=["cluster"], update_fields=["beat_at"]
    )
    _last_beat = time.monotonic()


def ask_for_beat(queue: str, *, now: datetime) -> int:
    """Send a message whose only effect is a beat; its id."""
    return transport.send(BEAT, queue=queue, due_at=now, timeout=10)


def last_beat(cluster: str) -> datetime | None:
    return Heartbeat.objects.filter(pk=cluster).values_list("beat_at", flat=True).first()


def is_busy(cluster: str, queue: str, *, now: datetime) -> bool:
    """Whether every worker of the cluster is in the middle of a job, so that none can beat."""
    running = Job.objects.running(now).filter(cluster=cluster).count()
    return running >= settings.JOB_QUEUES[queue]["workers"]


@health_check("workers", is_vital=False)
def silent_queues() -> str | None:
    """Queues that nobody has served lately: answers grow older, but they do not fail."""
    now = timezone.now()
    since = now - timedelta(seconds=settings.JOB_SILENCE_SECONDS)
    served = set(Heartbeat.objects.filter(beat_at__gte=since).values_list("queue", flat=True))
    served |= set(Job.objects.running(now).values_list("queue", flat=True))
    silent = sorted(set(settings.JOB_QUEUES) - served)
    return f"No worker serves {', '.join(silent)}." if silent else None
