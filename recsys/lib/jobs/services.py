"""What others do with jobs: enqueue, cancel, retry, prune."""

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

import orjson
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from recsys.lib.access import Actor, policy_of
from recsys.lib.errors import Conflict, NotAllowed
from recsys.lib.jobs import transport
from recsys.lib.jobs.models import Heartbeat, Job, JobLock
from recsys.lib.jobs.querysets import FINISHED, PENDING
from recsys.lib.jobs.registry import JobSpec, spec_of
from recsys.lib.prepared_writes import prepared_insert

__all__ = [
    "cancel", "deliver", "enqueue", "note_done", "prune_jobs", "retry", "run_now", "submit",
]  # fmt: skip

RUN = "recsys.lib.jobs.runner.run"
BY_HAND = "by hand"
"""Stands where a cluster's name does, for what no worker ran."""

STORED = [field.attname for field in Job._meta.concrete_fields if not field.primary_key]
_INSERT = prepared_insert(Job, *STORED, returning=["id"])


def enqueue(name: str, /, **args: Any) -> Job:
    """Have a worker run the job called `name`, once the caller's transaction commits.

    While the job's `unique_for` lasts, the same job again yields the first one. Raises
    InvalidInput when there is no such job or the arguments do not fit it.
    """
    job, _ = submit(name=name, args=args, scheduled_at=timezone.now())
    return job


@transaction.atomic
def submit(
    *, name: str, args: dict[str, Any], scheduled_at: datetime, key: str | None = None
) -> tuple[Job, bool]:
    """The job asked for at `scheduled_at`, and whether it is a new one.

    `key` is for jobs of which there may ever be only one, such as a tick of a schedule.
    """
    spec = spec_of(name)
    args = spec.checked(args)
    period = spec.period(args)
    lock_key = _lock_key(name, args)
    if period and not _take_lock(lock_key, scheduled_at, period):
        return Job.objects.get(pk=JobLock.objects.values("job").get(pk=lock_key)["job"]), False
    fields = _fields(spec, args, scheduled_at)
    if key:
        job, is_new = Job.objects.get_or_create(key=key, defaults=fields)
    else:
        job, is_new = _inserted(fields), True
    if is_new:
        deliver(job)
    if period:
        JobLock.objects.filter(pk=lock_key).update(job=job)
    return job, is_new


def _fields(spec: JobSpec, args: dict[str, Any], scheduled_at: datetime) -> dict[str, Any]:
    return {
        "name": spec.name,
        "args": args,
        "queue": spec.queue,
        "max_attempts": spec.max_attempts,
        "timeout": spec.timeout,
        "scheduled_at": scheduled_at,
    }


def _inserted(fields: dict[str, Any]) -> Job:
    job = Job(**fields)
    ((job.pk,),) = _INSERT.rows(**{name: getattr(job, name) for name in STORED})
    return job


def note_done(
    *, name: str, args: dict[str, Any], started_at: datetime, result: dict[str, Any]
) -> Job:
    """Put on record what a command did itself, beside what the workers did."""
    spec = spec_of(name)
    return Job.objects.create(
        **_fields(spec, spec.checked(args), started_at), state=Job.State.COMPLETED, attempt=1,
        cluster=BY_HAND, due_at=started_at, started_at=started_at, finished_at=timezone.now(),
        result=result,
    )  # fmt: skip


def deliver(job: Job) -> None:
    """Send the message that will have a worker run `job` once it is due."""
    timeout = job.timeout + settings.JOB_SPREE_SECONDS  # for those that come before it
    job.message_id = transport.send(
        RUN, job.pk, queue=job.queue, due_at=job.due_at, timeout=timeout
    )
    with connection.cursor() as cursor:  # as SQL it costs a tenth of what the ORM makes of it
        values = [job.message_id, job.pk]
        cursor.execute("UPDATE jobs_job SET message_id = %s WHERE id = %s", values)


def _lock_key(name: str, args: dict[str, Any]) -> str:
    canonical = orjson.dumps(args, option=orjson.OPT_SORT_KEYS)
    return f"{name}:{blake2b(canonical, digest_size=16).hexdigest()}"


def _take_lock(key: str, at: datetime, period: timedelta) -> bool:
    """Whether the caller is the first since the last period ended; others wait for its commit."""
    until = at + period
    if JobLock.objects.filter(pk=key, expires_at__lte=at).update(expires_at=until, job=None):
        return True
    try:
        with transaction.atomic():
            JobLock.objects.create(key=key, expires_at=until)
    except IntegrityError:
        return False
    return True


@transaction.atomic
def cancel(*, job: Job, actor: Actor) -> None:
    """Run it no more. One that is running stops the next time it reports progress."""
    _check_may_change(job, actor)
    unfinished = Job.objects.filter(pk=job.pk).exclude(state__in=FINISHED)
    _change_or_conflict(job, unfinished, state=Job.State.CANCELLED, finished_at=timezone.now())
    transport.withdraw(job.message_id)


@transaction.atomic
def retry(*, job: Job, actor: Actor) -> None:
    """Run a finished job again from the start, with all its attempts."""
    _check_may_change(job, actor)
    finished = Job.objects.filter(pk=job.pk, state__in=FINISHED)
    _change_or_conflict(
        job, finished, state=Job.State.AVAILABLE, attempt=0, due_at=timezone.now(),
        started_at=None, finished_at=None, done=0, total=0, result=None, error="",
    )  # fmt: skip
    deliver(job)


@transaction.atomic
def run_now(*, job: Job, actor: Actor) -> None:
    """Run a waiting job without waiting any longer."""
    _check_may_change(job, actor)
    waiting = Job.objects.filter(pk=job.pk, state__in=PENDING)
    _change_or_conflict(job, waiting, due_at=timezone.now())
    transport.withdraw(job.message_id)
    deliver(job)


def _check_may_change(job: Job, actor: Actor) -> None:
    if not policy_of(Job).may_change(actor, job):
        raise NotAllowed("You may not steer jobs.")


def _change_or_conflict(job: Job, rows: Any, **changes: Any) -> None:
    """One conditional UPDATE, so that what a worker has just done is never overwritten."""
    if not rows.update(**changes):
        job.refresh_from_db()
        raise Conflict(f"The job is {job.get_state_display().lower()}.")
    job.refresh_from_db()


def prune_jobs(*, now: datetime) -> dict[str, int]:
    """Delete what is over: old finished jobs, ended locks, clusters that are gone."""
    horizon = now - timedelta(days=settings.JOB_KEEP_DAYS)
    locks, _ = JobLock.objects.filter(expires_at__lte=now).delete()
    jobs, _ = Job.objects.finished().filter(finished_at__lt=horizon).delete()
    Heartbeat.objects.filter(beat_at__lt=now - timedelta(days=1)).delete()
    transport.forget_failures(horizon)
    return {"jobs": jobs, "locks": locks}
