"""Millions of rows into tables that exist: straight columns first, the indexes afterwards.

For throw-away databases alone: PostgreSQL does not check foreign keys meanwhile, which only the
owner of the server may ask of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice, repeat
from typing import Any

LINES_AT_ONCE = 100_000


def copy_rows(model: Any, columns: Mapping[str, Sequence[Any]], **same: Any) -> None:
    """Insert rows given column by column, of one length; all have the `same` values besides."""
    from django.db import connection, transaction

    fields = [model._meta.get_field(name) for name in (*columns, *same)]
    values = [*columns.values(), *([value] for value in same.values())]
    prepared = [
        {each: field.get_db_prep_save(each, connection) for each in set(column)}
        for field, column in zip(fields, values, strict=True)
    ]
    cells = [map(known.get, column) for known, column in zip(prepared, columns.values())]  # noqa: B905
    alike = [repeat(known.popitem()[1]) for known in prepared[len(columns) :]]
    rows = zip(*cells, *alike)  # noqa: B905 (what is repeated has no end)
    quote = connection.ops.quote_name
    into = f"{quote(model._meta.db_table)} ({', '.join(quote(each.column) for each in fields)})"
    with transaction.atomic(), connection.cursor() as cursor, _indexed_afterwards(model, cursor):
        (_insert if connection.vendor == "sqlite" else _copy)(cursor, into, rows, len(fields))


def _insert(cursor: Any, into: str, rows: Iterator[Any], width: int) -> None:
    marks = ", ".join(["?"] * width)
    cursor.connection.executemany(f"INSERT INTO {into} VALUES ({marks})", rows)


def _copy(cursor: Any, into: str, rows: Iterator[Any], width: int) -> None:
    line = "\t".join(["%s"] * width) + "\n"
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    with cursor.copy(f"COPY {into} FROM STDIN") as copy:
        while lines := "".join(map(line.__mod__, islice(rows, LINES_AT_ONCE))):
            copy.write(lines)


@contextmanager
def _indexed_afterwards(model: Any, cursor: Any) -> Iterator[None]:
    """An index that is built at once costs a tenth of one that grows row by row."""
    from django.db import connection

    for index in model._meta.indexes:
        cursor.execute(f"DROP INDEX {connection.ops.quote_name(index.name)}")
    yield
    for index in model._meta.indexes:
        cursor.execute(str(index.create_sql(model, connection.schema_editor())))
