import threading

import pytest
from django.db import connection

from recsys.lib.ahead import made_ahead, made_while_stored


def test_all_comes_in_its_order_whatever_it_is():
    assert [*made_ahead(iter([3, None, 0, [], "x"]))] == [3, None, 0, [], "x"]
    assert [*made_ahead([])] == []


def test_next_is_made_while_one_is_used():
    made = [threading.Event() for _ in range(3)]

    def parts():
        for number, event in enumerate(made):
            event.set()
            yield number

    for number in made_ahead(parts()):
        assert all(event.wait(60) for event in made[: number + 2])
        assert not any(event.is_set() for event in made[number + 2 :])


def test_error_in_making_is_raised_where_its_part_would_be_used():
    def parts():
        yield 1
        raise OSError("gone")

    coming = made_ahead(parts())
    assert next(coming) == 1
    with pytest.raises(OSError, match="gone"):
        next(coming)


def test_error_in_using_ends_the_making():
    thread = []

    def parts():
        thread.append(threading.current_thread())
        yield from range(1_000)

    def use():
        for _ in made_ahead(parts()):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        use()
    assert thread[0] is not threading.current_thread()
    thread[0].join(60)
    assert not thread[0].is_alive()


def test_thread_works_only_beside_a_database_that_works_elsewhere(db):
    (maker,) = made_while_stored(threading.current_thread() for _ in range(1))
    assert (maker is threading.current_thread()) == (connection.vendor == "sqlite")
