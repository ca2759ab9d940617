"""Making things happen at once, and making the database say what it says under contention."""

import sqlite3
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import OperationalError, connection


def at_once(calls: Iterable[Callable[[], Any]], threads: int = 8) -> list[Any]:
    """Run `calls` in threads that start together; each answers its result, or its exception."""
    barrier = threading.Barrier(threads)

    def start() -> None:
        barrier.wait()

    def outcome(call: Callable[[], Any]) -> Any:
        try:
            return call()
        except Exception as error:  # noqa: BLE001 (what went wrong is the result)
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(threads) as pool:
        for waiting in [pool.submit(start) for _ in range(threads)]:
            waiting.result()
        return list(pool.map(outcome, calls))


def fail_as_contended() -> None:
    """Raise what the database raises when others were at it at the same time."""
    if connection.vendor == "sqlite":
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY_SNAPSHOT
        raise OperationalError(str(error)) from error
    with connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE 'contended' USING ERRCODE = '40001'; END $$")
