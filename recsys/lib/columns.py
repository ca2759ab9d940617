"""Columns of integers out of the database as arrays: no Python object per row.

The database joins some ten thousand rows at a time into one text of numbers, which numpy reads;
every database here can do that.
"""

from typing import Any

import numpy as np
from django.db import connections, router
from django.db.models import Model
from numpy.typing import NDArray

ROWS_AS_POWER_OF_TWO = 16


def read_columns(model: type[Model], *names: str) -> NDArray[np.int64]:
    """Integer columns of a whole table, one row of the result per name. Nulls are not allowed."""
    connection = connections[router.db_for_read(model)]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, names, connection))
        parts = [_numbers(text) for (text,) in cursor]
    numbers = np.concatenate([np.empty(0, np.int64), *parts])
    return numbers.reshape(-1, len(names)).T


def _statement(model: type[Model], names: tuple[str, ...], connection: Any) -> str:
    quote = connection.ops.quote_name
    columns = [quote(model._meta.get_field(name).column) for name in names]  # type: ignore[union-attr]
    row = " || ' ' || ".join(f"CAST({column} AS text)" for column in columns)
    join = "group_concat" if connection.vendor == "sqlite" else "string_agg"
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    return f"SELECT {join}({row}, ' ') FROM {table} GROUP BY {key} >> {ROWS_AS_POWER_OF_TWO}"


def _numbers(text: str) -> NDArray[np.int64]:
    return np.fromstring(text, dtype=np.int64, sep=" ")
