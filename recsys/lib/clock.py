"""What time it is where the rows are: one clock for all processes, whatever theirs say."""

from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

SQLITE_CLOCK = "strftime('%Y-%m-%d %H:%M:%f', 'now')"


def database_now() -> datetime:
    """The moment at which the database runs this statement; aware, in UTC.

    Not `now()`, which on PostgreSQL is the start of the transaction: who asks after waiting for
    a lock must hear how late it has become. SQLite counts milliseconds.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {clock_of(connection)}")
        return as_moment(cursor.fetchone()[0])


def clock_of(connection: BaseDatabaseWrapper) -> str:
    """The SQL of that moment; `as_moment` reads its value."""
    return SQLITE_CLOCK if connection.vendor == "sqlite" else "clock_timestamp()"


def as_moment(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    return datetime.fromisoformat(value).replace(tzinfo=UTC)
