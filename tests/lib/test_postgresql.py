"""A kept connection: asked nothing while it is well, replaced when the server ended it."""

import pytest
from django.db import DataError, OperationalError, close_old_connections, connection

pytestmark = [
    pytest.mark.skipif(connection.vendor != "postgresql", reason="a server of its own"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def other():
    """A second connection to the same server, which looks on and interferes."""
    second = connection.copy()
    yield second
    second.close()


@pytest.fixture
def kept():
    """The number by which the server knows the connection that requests use."""
    return one(connection, "SELECT pg_backend_pid()")


def one(database, sql, *values):
    with database.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def end(other, kept):
    assert one(other, "SELECT pg_terminate_backend(%s, 600000)", kept)


def test_a_statement_keeps_its_cursor_as_long_as_its_connection(kept, other):
    def serving():
        return connection.fetch_kept("SELECT pg_backend_pid() + %(more)s", {"more": 0})[0][0]

    assert [serving(), serving()] == [kept, kept]
    end(other, kept)
    close_old_connections()
    assert serving() != kept


def test_a_kept_cursor_serves_again_after_a_statement_that_failed():
    for divisor, answer in ((2, [(3,)]), (0, None), (3, [(2,)])):
        try:
            assert connection.fetch_kept("SELECT 6 / %(by)s::int", {"by": divisor}) == answer
        except DataError:
            assert answer is None


def test_a_statement_by_a_kept_cursor_is_counted(django_assert_num_queries):
    for _ in range(2):
        with django_assert_num_queries(1):
            assert connection.fetch_kept("SELECT %(one)s::int", {"one": 1}) == [(1,)]


def test_a_connection_that_is_well_is_asked_nothing_before_its_first_use(kept, other):
    close_old_connections()  # as every request begins
    with connection.cursor():
        asked = one(other, "SELECT query FROM pg_stat_activity WHERE pid = %s", kept)
    assert asked == "SELECT pg_backend_pid()"


def test_a_connection_that_the_server_ended_is_replaced_before_the_request_notices(kept, other):
    end(other, kept)
    close_old_connections()
    assert one(connection, "SELECT pg_backend_pid()") != kept


def test_a_connection_that_ends_within_a_request_is_replaced_at_the_next(kept, other):
    end(other, kept)
    with pytest.raises(OperationalError):
        one(connection, "SELECT 1")
    close_old_connections()
    assert one(connection, "SELECT 1") == 1
