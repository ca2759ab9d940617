"""Making things happen at once, and making the database say what it says under contention."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import OperationalError, connection


def at_once(calls: Sequence[Callable[[], Any]], threads: int = 8) -> list[Any]:
    """Make the calls from threads that start together; each yields its result or its exception."""
    barrier = threading.Barrier(threads)

    def every_nth(first: int) -> list[Any]:
        barrier.wait()
        try:
            return [_outcome(call) for call in calls[first::threads]]
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        return [outcome for share in pool.map(every_nth, range(threads)) for outcome in share]


def _outcome(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Exception as error:  # noqa: BLE001 (what went wrong is the result)
        return error


def fail_as_contended() -> None:
    """Raise what the database raises when others were at it at the same time."""
    if connection.vendor == "sqlite":
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY_SNAPSHOT
        raise OperationalError(str(error)) from error
    with connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE 'contended' USING ERRCODE = '40001'; END $$")
