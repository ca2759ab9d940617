"""What time it is where the rows are: one clock for all processes, whatever theirs say."""

from datetime import UTC, datetime

from django.db import connection

SQLITE_CLOCK = "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')"


def database_now() -> datetime:
    """The moment at which the database runs this statement; aware, in UTC.

    Not `now()`, which on PostgreSQL is the start of the transaction: who asks after waiting for
    a lock must hear how late it has become. SQLite counts milliseconds.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(SQLITE_CLOCK)
            return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now
