"""Puts right what crashes leave behind: lost messages, jobs whose worker is gone."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef

from recsys.lib.jobs import transport
from recsys.lib.jobs.logs import job_in_logs
from recsys.lib.jobs.models import Job
from recsys.lib.jobs.querysets import JobQuerySet
from recsys.lib.jobs.runner import fail
from recsys.lib.jobs.services import deliver

logger = logging.getLogger(__name__)

BATCH = 1_000


def sweep(*, now: datetime) -> dict[str, int]:
    """Rescue what is lost; any number of sweepers may run at once.

    Returns how many jobs were `rescued` from dead workers, how many messages were `resent`
    because they were gone, and how many were `offered_again` because nobody took them up.
    """
    return {
        "rescued": sum(_rescue(job, now) for job in Job.objects.abandoned(now)[:BATCH]),
        "resent": sum(_resend(job) for job in _without_message(now)[:BATCH]),
        "offered_again": sum(_offer_again(queue, now) for queue in settings.JOB_QUEUES),
    }


def _rescue(job: Job, now: datetime) -> bool:
    with job_in_logs(job.pk, job.name, job.attempt):
        logger.warning("its worker is gone")
        reason = "The worker that ran this died or lost the database."
        return fail(job, reason, now=now, among=Job.objects.abandoned(now))


def _without_message(now: datetime) -> JobQuerySet:
    return Job.objects.due(now).exclude(transport.exists(OuterRef("message_id")))


@transaction.atomic
def _resend(job: Job) -> bool:
    """Send the message anew, unless another sweeper was faster."""
    same = Job.objects.pending().filter(pk=job.pk, message_id=job.message_id)
    is_ours = same.update(message_id=None)
    if is_ours:
        deliver(job)
    return bool(is_ours)


def _offer_again(queue: str, now: datetime) -> int:
    waiting = Job.objects.due(now).filter(queue=queue).values("message_id")
    moment = now - timedelta(seconds=settings.JOB_DELIVERY_SECONDS)
    return transport.offer_again(waiting, queue=queue, moment=moment, now=now)


def abandon(cluster: str, *, now: datetime) -> int:
    """End the leases of a cluster known to be dead, so that the next sweep rescues its jobs."""
    lost = Job.objects.filter(cluster=cluster, state=Job.State.EXECUTING)
    return lost.update(lease_until=now - timedelta(microseconds=1))
