"""A contended transaction, tried again from its beginning when the database says so.

CockroachDB answers a conflict with "serialization failure" and expects the whole transaction
anew; PostgreSQL breaks deadlocks the same way, and SQLite may still be busy after its timeout.
Nothing of a failed attempt is stored, so running it again is safe.
"""

import random
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

from recsys.lib.errors import Unavailable

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 8
FIRST_PAUSE, LONGEST_PAUSE = 0.01, 0.5
"""Seconds; each pause is drawn from zero to a ceiling that doubles from the one to the other."""

SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"
SQLITE_BUSY, SQLITE_LOCKED = 5, 6


def is_transient(error: OperationalError) -> bool:
    """Whether the transaction failed only because of others at the same time."""
    cause = error.__cause__
    if getattr(cause, "sqlstate", None) in (SERIALIZATION_FAILURE, DEADLOCK):
        return True
    # The low byte is the kind of error, whatever SQLite's extended code adds to it.
    return getattr(cause, "sqlite_errorcode", 0) & 0xFF in (SQLITE_BUSY, SQLITE_LOCKED)


def retried_transaction(work: Callable[P, T]) -> Callable[P, T]:
    """Run `work` in a transaction, again and again while it fails for others' sake.

    Inside another transaction it takes part, whole or not at all: only the outermost can be begun
    anew.
    Raises Unavailable (503, with Retry-After) when it keeps failing; nothing was written then.
    """

    @wraps(work)
    def retried(*args: P.args, **kwargs: P.kwargs) -> T:
        if connection.in_atomic_block:
            with transaction.atomic():
                return work(*args, **kwargs)
        for attempt in range(ATTEMPTS):
            if attempt:
                _pause(attempt)
            committed: list[bool] = []
            try:
                with transaction.atomic(durable=True):
                    # The first hook to run: a later one's error must not repeat what is stored.
                    transaction.on_commit(lambda done=committed: done.append(True))  # type: ignore[misc]
                    return work(*args, **kwargs)
            except OperationalError as error:
                if committed or not is_transient(error):
                    raise
        raise Unavailable("Too many people want this at once; try again.", retry_after=1)

    return retried


def _pause(attempt: int) -> None:
    time.sleep(random.uniform(0, min(LONGEST_PAUSE, FIRST_PAUSE * 2**attempt)))
