"""Columns of integers out of the database as arrays: no Python object per row.

The database joins some ten thousand rows at a time, each column into one text of numbers, which
numpy reads; every database here can do that, and what is held at once is one such page and the
arrays. PostgreSQL joins the numbers as it holds them, eight bytes each, for half of its time and
next to none of ours.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Aggregate, BigIntegerField, F, Func, QuerySet, TextField
from django.db.models.expressions import Combinable
from numpy.typing import NDArray

ROWS_AT_ONCE = 1 << 16
KEY = "key_of_the_row"


class Seconds(Func):
    """A moment as whole seconds since 1970, UTC."""

    output_field = BigIntegerField()
    template = "CAST(date_part('epoch', %(expressions)s) AS bigint)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "CAST(round((julianday(%(expressions)s) - 2440587.5) * 86400) AS integer)"
        return self.as_sql(compiler, connection, template=template, **context)


class Joined(Aggregate):
    """The integers of a group as one text, which `integers` reads."""

    output_field = TextField()
    template = "string_agg(CAST(%(expressions)s AS text), ' ')"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "group_concat(%(expressions)s, ' ')"
        return self.as_sql(compiler, connection, template=template, **context)


def read_columns(rows: QuerySet[Any], *wanted: str | Combinable) -> NDArray[np.int64]:
    """(columns, rows) integers: fields by name, or expressions, of `rows` by primary key.

    Rows where one of them is null are left out.
    """
    names = [f"column_{number}" for number in range(len(wanted))]
    expressions = [F(each) if isinstance(each, str) else each for each in wanted]
    named = rows.annotate(**{KEY: F("pk")}, **dict(zip(names, expressions, strict=True)))
    whole = named.filter(**{f"{name}__isnull": False for name in names})
    pages = list(_pages(whole.order_by("pk").values(KEY, *names), names))
    return np.concatenate([np.empty((len(names), 0), np.int64), *pages], axis=1)


def integers(text: str) -> NDArray[np.int64]:
    """The numbers of a text that the database joined with spaces."""
    return np.fromstring(text, dtype=np.int64, sep=" ")


def _pages(rows: QuerySet[Any], names: list[str]) -> Iterator[NDArray[np.int64]]:
    connection = connections[rows.db]
    key, *columns = (connection.ops.quote_name(name) for name in (KEY, *names))
    as_bytes = connection.vendor == "postgresql"
    joined = _joined_bytes(columns) if as_bytes else _joined_texts(columns, connection.vendor)
    page = rows
    while True:
        try:
            inner, parameters = page[:ROWS_AT_ONCE].query.get_compiler(rows.db).as_sql()
        except EmptyResultSet:  # no row can fulfil what is asked: of no people, for one
            return
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT max({key}), count(*), {joined} FROM ({inner}) AS page", parameters
            )
            last, count, *found = cursor.fetchone()
        if count and as_bytes:
            yield np.frombuffer(found[0], ">i8").reshape(count, len(names)).T.astype(np.int64)
        elif count:
            yield np.stack([integers(text) for text in found])
        if count < ROWS_AT_ONCE:
            return
        page = rows.filter(pk__gt=last)


def _joined_bytes(columns: list[str]) -> str:
    row = " || ".join(f"int8send(CAST({column} AS bigint))" for column in columns)
    return f"string_agg({row}, CAST('' AS bytea))"


def _joined_texts(columns: list[str], vendor: str) -> str:
    join = "group_concat" if vendor == "sqlite" else "string_agg"
    return ", ".join(f"{join}(CAST({column} AS text), ' ')" for column in columns)
