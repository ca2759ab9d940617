"""What comes next is made while the last of it is used.

To read is Python's own work, to store is mostly to wait for the database: one after the other
they take the sum of both times, side by side on two cores the longer of them.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def made_while_stored(parts: Iterable[T]) -> Iterable[T]:
    """`parts` made ahead where the database is a server that works meanwhile; SQLite works in this
    process and would take turns with the thread at every row."""
    return parts if connection.vendor == "sqlite" else made_ahead(parts)


def made_ahead(parts: Iterable[T]) -> Iterator[T]:
    """`parts` in their order, each made in a thread while the one before is used.

    An error in making one is raised where it would be used. Making them must not ask the database:
    the thread has no part in the caller's transaction.
    """
    making: Iterator[list[T]] = ([part] for part in parts)
    with ThreadPoolExecutor(max_workers=1) as maker:
        none: list[T] = []
        coming = maker.submit(next, making, none)
        while made := coming.result():
            coming = maker.submit(next, making, none)
            yield from made
