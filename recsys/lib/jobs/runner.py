"""One attempt at one job: claim it, run it, say how it went."""

import logging
import random
import traceback
from contextlib import nullcontext
from datetime import datetime, timedelta

from django.conf import settings
from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from recsys.lib.jobs import heartbeat
from recsys.lib.jobs.logs import job_in_logs
from recsys.lib.jobs.models import Job
from recsys.lib.jobs.pulse import LeaseLost, Pulse
from recsys.lib.jobs.querysets import JobQuerySet
from recsys.lib.jobs.registry import spec_of
from recsys.lib.jobs.services import deliver, submit

logger = logging.getLogger(__name__)

MAX_ERROR = 10_000  # characters: the end of a traceback is what tells


def run(job_id: int) -> None:
    """What a worker calls for each message. Nothing is raised: the job's row says how it went.

    1. Claim the job, unless it is done, cancelled, not due, or somebody else's.
    2. Run it, while its pulse renews the lease and writes down its progress.
    3. Completed; or to be tried again after a pause; or discarded, at the last attempt.
    """
    heartbeat.beat()
    job = claim(job_id, now=timezone.now())
    if job is not None:
        with job_in_logs(job.pk, job.name, job.attempt):
            _attempt(job)


# One statement that reads what it writes, and that no ORM compiles anew for each of many jobs.
CLAIM = """
    UPDATE jobs_job
    SET state = 'executing', attempt = attempt + 1, lease_until = %(lease_until)s,
        started_at = %(now)s, finished_at = NULL, done = 0, total = 0, cluster = %(cluster)s
    WHERE id = %(id)s AND attempt < max_attempts AND (
        (state IN ('available', 'retryable') AND due_at <= %(now)s)
        OR (state = 'executing' AND lease_until < %(now)s)
    )
    RETURNING *
"""


def claim(job_id: int, *, now: datetime) -> Job | None:
    """Make the job this worker's, by one UPDATE that only one of many can win."""
    lease_until = now + timedelta(seconds=settings.JOB_LEASE_SECONDS)
    as_stored = connection.ops.adapt_datetimefield_value
    values = {
        "id": job_id, "now": as_stored(now), "lease_until": as_stored(lease_until),
        "cluster": heartbeat.cluster_name(),
    }  # fmt: skip
    claimed = list(Job.objects.raw(CLAIM, values))
    return claimed[0] if claimed else None


def _attempt(job: Job) -> None:
    logger.info("started")
    try:
        with Pulse(job) as progress:
            result = spec_of(job.name).function(progress, **job.args)
    except LeaseLost:
        logger.warning("stopped: cancelled, or another worker has it")
    except (Exception, SystemExit) as error:  # whatever went wrong is written down
        logger.exception("failed")
        if not connection.in_atomic_block:
            close_old_connections()  # one that the error has broken could not write it down
        fail(job, error, now=timezone.now())
    else:
        complete(job, result or {}, progress, now=timezone.now())


def complete(job: Job, result: dict, progress: Pulse, *, now: datetime) -> bool:
    """Keep the result and, in the same transaction, enqueue what follows; False if not its own."""
    following = spec_of(job.name).then
    with transaction.atomic() if following else nullcontext():
        is_ours = Job.objects.held(job.pk, job.attempt).update(
            state=Job.State.COMPLETED, finished_at=now, lease_until=None, result=result, error="",
            done=progress.done, total=progress.total,
        )  # fmt: skip
        if is_ours and following:
            submit(name=following, args=job.args, scheduled_at=job.scheduled_at)
    if is_ours:
        logger.info("completed in %s", job.duration(now))
    else:
        logger.warning("finished, but another attempt counts")
    return bool(is_ours)


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
