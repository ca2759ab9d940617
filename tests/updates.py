"""How PostgreSQL writes: which updates of a table touched no index."""

from collections.abc import Callable

from django.db import connection
from django.db.models import Model

COUNTS = """
    SELECT pg_stat_get_xact_tuples_updated(%s::regclass),
        pg_stat_get_xact_tuples_hot_updated(%s::regclass)
"""


def counting_updates(model: type[Model]) -> Callable[[], tuple[int, int]]:
    """What it returns tells how many rows of the model have been updated since, and how many of
    them without an index learning of it.

    By difference: a session counts what transactions before did, too, until it has sent it.
    """
    before = _counted(model)

    def since() -> tuple[int, int]:
        updated, in_place = _counted(model)
        return updated - before[0], in_place - before[1]

    return since


def _counted(model: type[Model]) -> tuple[int, int]:
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, [model._meta.db_table] * 2)
        return cursor.fetchone()
