"""The only module that knows how messages travel: django-q2's ORM broker.

A message is a row in the same database, so sending is part of the caller's transaction. It holds
a function's name and plain ids, nothing else, because django-q2 pickles what it carries.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django_q.brokers.orm import ORM
from django_q.models import OrmQ, Task
from django_q.tasks import async_task
from django_q.timeout import TimeoutHandler

from recsys.lib.prepared_writes import prepared_insert

# `lock` is "not before": of a fresh message as of one that was delivered.
_INSERT = prepared_insert(OrmQ, "key", "payload", "lock", returning=["id"])


class _Outbox(ORM):
    """The ORM broker for one message: hidden until it is due, and remembered by its row's id."""

    def __init__(self, queue: str, due_at: datetime) -> None:
        super().__init__(queue)
        self.due_at = due_at
        self.message_id: int | None = None

    def enqueue(self, task: str) -> int:
        ((self.message_id,),) = _INSERT.rows(key=self.list_key, payload=task, lock=self.due_at)
        return self.message_id


def send(function: str, *args: int | str, queue: str, due_at: datetime, timeout: int) -> int:
    """Have a worker of `queue` call `function(*args)` once it is due; the message's id."""
    outbox = _Outbox(queue, due_at)
    # Failures are acknowledged, too: the job's row decides about trying again, not the message.
    async_task(function, *args, broker=outbox, timeout=timeout, ack_failure=True)
    assert outbox.message_id is not None  # noqa: S101 (async_task has called enqueue)
    return outbox.message_id


def withdraw(message_id: int | None) -> None:
    """Take back a message, if it is still there."""
    with connection.cursor() as cursor:  # a tenth of what the ORM's collector takes
        cursor.execute("DELETE FROM django_q_ormq WHERE id = %s", [message_id])


def time_limit(seconds: int) -> TimeoutHandler:
    """Within it, what takes longer is interrupted by an exception, as django-q2 does it."""
    return TimeoutHandler(seconds)


def exists(message_id: int | OuterRef | None) -> Exists:
    """Whether a message is still there: waiting, or delivered and not yet acknowledged."""
    return Exists(OrmQ.objects.filter(pk=message_id))


def offer_again(message_ids: QuerySet[Any], *, queue: str, moment: datetime, now: datetime) -> int:
    """Offer to every worker what was delivered before `moment`; the number of messages.

    A cluster may hold a message it has no free worker for, or may have died with it.
    """
    unanswered = moment + timedelta(seconds=settings.JOB_QUEUES[queue]["retry"])
    delivered = OrmQ.objects.filter(key=queue, lock__gt=now, lock__lt=unanswered)
    return delivered.filter(pk__in=message_ids).update(lock=now)


def forget_failures(horizon: datetime) -> None:
    """Drop the library's own notes on messages that failed; the jobs' rows say more."""
    Task.objects.filter(stopped__lt=horizon).delete()


def is_there(message_id: int | None) -> bool:
    return OrmQ.objects.filter(pk=message_id).exists()
