"""Which worker has a job: each claim is one UPDATE, of which many at once make one winner.

The statements are compiled once per process: what the ORM takes to make one is more than a small
job costs.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import BigIntegerField, CharField, DateTimeField, F, Subquery

from recsys.lib.jobs import heartbeat, transport
from recsys.lib.jobs.models import Job
from recsys.lib.jobs.querysets import JobQuerySet
from recsys.lib.prepared import Parameter
from recsys.lib.prepared_writes import PreparedWrite, prepared_update

NOW = Parameter("now", DateTimeField())
JOB_ID = Parameter("job_id", BigIntegerField())

COLUMNS = [field.attname for field in Job._meta.concrete_fields]


def _this() -> JobQuerySet:
    return Job.objects.claimable(NOW).filter(pk=JOB_ID)


def _longest_waiting() -> JobQuerySet:
    """Of the queue of job `job_id`, and no longer than that may take."""
    like = Job.objects.filter(pk=JOB_ID)
    waiting = Job.objects.filter(
        state=Job.State.AVAILABLE,
        queue=Subquery(like.values("queue")),
        due_at__lte=NOW,
        timeout__lte=Subquery(like.values("timeout")),
    )
    one = waiting.order_by("due_at").select_for_update(skip_locked=True).values("pk")[:1]
    return Job.objects.claimable(NOW).filter(pk=Subquery(one))


_CLAIM, _CLAIM_WAITING = (
    prepared_update(
        rows,
        returning=COLUMNS,
        state=Job.State.EXECUTING,
        attempt=F("attempt") + 1,
        lease_until=Parameter("lease_until", DateTimeField()),
        started_at=NOW,
        finished_at=None,
        done=0,
        total=0,
        cluster=Parameter("cluster", CharField()),
    )
    for rows in (_this, _longest_waiting)
)


def claim(job_id: int, *, now: datetime) -> Job | None:
    """Make the job this worker's; None if it is done, cancelled, not due, or somebody else's."""
    return _claimed(_CLAIM, job_id, now)


def claim_waiting(*, like: int, now: datetime) -> Job | None:
    """Make a job this worker's that waits in the queue of job `like`, and take its message back.

    It may take no longer than that job: whoever watches the worker expects that one's timeout.
    Call it in a transaction.
    """
    job = _claimed(_CLAIM_WAITING, like, now)
    if job is not None:
        transport.withdraw(job.message_id)
    return job


def _claimed(claiming: PreparedWrite, job_id: int, now: datetime) -> Job | None:
    rows = claiming.rows(
        job_id=job_id,
        now=now,
        lease_until=now + timedelta(seconds=settings.JOB_LEASE_SECONDS),
        cluster=heartbeat.cluster_name(),
    )
    return Job.from_db("default", COLUMNS, rows[0]) if rows else None
