"""One attempt at one job: claim it, run it, say how it went."""

import logging
import random
import time
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.db.models import BigIntegerField, DateTimeField, IntegerField, JSONField
from django.utils import timezone

from recsys.lib.jobs import heartbeat, transport
from recsys.lib.jobs.claims import claim, claim_waiting
from recsys.lib.jobs.logs import job_in_logs
from recsys.lib.jobs.models import Job
from recsys.lib.jobs.pulse import LeaseLost, Pulse
from recsys.lib.jobs.querysets import JobQuerySet
from recsys.lib.jobs.registry import spec_of
from recsys.lib.jobs.services import deliver, submit
from recsys.lib.prepared import Parameter
from recsys.lib.prepared_writes import prepared_update

logger = logging.getLogger(__name__)

MAX_ERROR = 10_000  # characters: the end of a traceback is what tells


def run(job_id: int) -> None:
    """What a worker calls for each message. Nothing is raised: the job's row says how it went.

    1. Claim the job, unless it is done, cancelled, not due, or somebody else's.
    2. Run it, while its pulse renews the lease and writes down its progress.
    3. Completed; or to be tried again after a pause; or discarded, at the last attempt.
    4. For JOB_SPREE_SECONDS go on with whatever waits, claimed in the transaction that concludes
       the one before: to carry a message costs more than to run a small job.
    """
    heartbeat.beat()
    rest_at = time.monotonic() + settings.JOB_SPREE_SECONDS

    def claim_another() -> Job | None:
        is_quick = time.monotonic() < rest_at
        return claim_waiting(like=job_id, now=timezone.now()) if is_quick else None

    with transaction.atomic():
        job = claim(job_id, now=timezone.now()) or claim_another()
    while job is not None:
        with job_in_logs(job.pk, job.name, job.attempt):
            conclude = _attempt(job)
            with transaction.atomic():
                conclude()
                job = claim_another()


def _attempt(job: Job) -> Callable[[], object]:
    """Run it; what then writes down how it went."""
    logger.info("started")
    try:
        with transport.time_limit(job.timeout), Pulse(job) as progress:
            result = spec_of(job.name).function(progress, **job.args)
    except LeaseLost:
        return partial(logger.warning, "stopped: cancelled, or another worker has it")
    except (Exception, SystemExit) as error:  # whatever went wrong is written down
        logger.exception("failed")
        if not connection.in_atomic_block:
            close_old_connections()  # one that the error has broken could not write it down
        return partial(fail, job, error, now=timezone.now())
    return partial(complete, job, result or {}, progress, now=timezone.now())


_COMPLETE = prepared_update(
    lambda: Job.objects.held(
        Parameter("job_id", BigIntegerField()), Parameter("attempt", IntegerField())
    ),
    state=Job.State.COMPLETED,
    finished_at=Parameter("now", DateTimeField()),
    lease_until=None,
    result=Parameter("result", JSONField()),
    error="",
    done=Parameter("done", BigIntegerField()),
    total=Parameter("total", BigIntegerField()),
)


def complete(job: Job, result: dict, progress: Pulse, *, now: datetime) -> bool:
    """Keep the result and enqueue what follows, in the caller's transaction; False if too late."""
    is_ours = _COMPLETE.execute(
        job_id=job.pk, attempt=job.attempt, now=now, result=result,
        done=progress.done, total=progress.total,
    )  # fmt: skip
    if not is_ours:
        logger.warning("finished, but another attempt counts")
        return False
    if following := spec_of(job.name).then:
        submit(name=following, args=job.args, scheduled_at=job.scheduled_at)
    logger.info("completed in %s", job.duration(now))
    return True


@transaction.atomic
def fail(
    job: Job, error: BaseException | str, *, now: datetime, among: JobQuerySet | None = None
) -> bool:
    """Try again after a pause, or discard after the last attempt.

    False, and nothing is changed, if another attempt counts or the job is not `among` those.
    """
    is_last = job.attempt >= job.max_attempts
    due_at = now + timedelta(seconds=backoff(job.attempt))
    rows = Job.objects.all() if among is None else among
    is_ours = rows.held(job.pk, job.attempt).update(
        state=Job.State.DISCARDED if is_last else Job.State.RETRYABLE,
        due_at=due_at, lease_until=None, finished_at=now, error=_text_of(error),
    )  # fmt: skip
    if not is_ours:
        return False
    if is_last:
        logger.error("discarded after attempt %d", job.attempt)
        return True
    job.due_at = due_at
    deliver(job)
    return True


def backoff(attempt: int) -> float:
    """Seconds to wait after a failed attempt (1, 2, …): doubling, and jittered by up to half.

    Jitter keeps jobs that failed together from coming back together.
    """
    longest = settings.JOB_BACKOFF_SECONDS * 2 ** (attempt - 1)
    return random.uniform(longest / 2, longest)


def _text_of(error: BaseException | str) -> str:
    if isinstance(error, str):
        return error
    return "".join(traceback.format_exception(error))[-MAX_ERROR:]
