"""Going through many rows: while one batch is stored, the next is made."""

import threading

import pytest

from recommendations.services.batches import one_ahead


def test_the_next_batch_is_made_while_the_one_before_is_stored():
    is_made = {number: threading.Event() for number in range(3)}
    read_in = []

    def begin(number):
        read_in.append((number, threading.current_thread()))

        def make():
            is_made[number].set()
            return threading.current_thread()

        return make

    taken = []
    for number, made_in in one_ahead(range(3), begin):
        assert number == 2 or is_made[number + 1].wait(10)
        assert made_in is not threading.current_thread()
        taken.append(number)
    assert taken == [0, 1, 2]
    assert read_in == [(number, threading.current_thread()) for number in range(3)]


def test_no_more_than_one_batch_is_read_ahead():
    read = []

    def begin(number):
        read.append(number)
        return lambda: number

    ahead = one_ahead(range(10), begin)
    assert next(ahead) == (0, 0)
    assert read == [0, 1]
    ahead.close()
    assert list(one_ahead([], begin)) == []


def test_what_goes_wrong_in_making_comes_to_who_takes_the_batch():
    def begin(number):
        return lambda: 1 // number

    ahead = one_ahead([1, 0], begin)
    assert next(ahead) == (1, 1)
    with pytest.raises(ZeroDivisionError):
        next(ahead)
