"""Inserts and updates for the hot path: compiled once, at their first use, as `Prepared` is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, NamedTuple

from django.db import connections
from django.db.backends.utils import CursorWrapper
from django.db.models import Model, QuerySet
from django.db.models.sql import InsertQuery, Query, UpdateQuery

from recsys.lib.prepared import Parameter, Statement


class PreparedWrite:
    """An insert or update; the functions below make them."""

    def __init__(
        self, make: Callable[[], Query], returning: Sequence[str] = (), using: str = "default"
    ) -> None:
        self._make, self._returning, self._using = make, returning, using
        self._compiled: tuple[Any, Statement, dict[int, Any]] | None = None

    def sql(self) -> tuple[Any, str, Sequence[Any]]:
        """Its compiler, statement and parameters, as Django makes them."""
        compiler = self._make().get_compiler(using=self._using)
        compiled: Any = compiler.as_sql()
        # Of an insert Django makes a list of statements; one row takes one.
        sql, parameters = compiled[0] if isinstance(compiled, list) else compiled
        return compiler, sql, parameters

    def _compile(self) -> tuple[Any, Statement, dict[int, Any]]:
        compiler, sql, parameters = self.sql()
        fields = [compiler.query.get_meta().get_field(name) for name in self._returning]
        returning, _ = compiler.connection.ops.return_insert_columns(fields)
        columns = [field.get_col(field.model._meta.db_table) for field in fields]
        statement = Statement(f"{sql} {returning}", parameters)
        return compiler, statement, compiler.get_converters(columns)

    def given(self, **values: Any) -> "Write":
        """To be executed with these values, for `write_both`."""
        return Write(self, values)

    def execute(self, **given: Any) -> int:
        """Write with the parameters' values; the number of rows, -1 on `one_trip`."""
        with self._executed(given) as cursor:
            return int(cursor.rowcount)

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """Write with the parameters' values; what was asked for of each row, as it is now."""
        with self._executed(given) as cursor:
            written: Any = cursor.fetchall()
        compiler, _, converters = self._compiled or self._compile()
        return [tuple(row) for row in compiler.apply_converters(written, converters)]

    @contextmanager
    def _executed(self, given: Mapping[str, Any]) -> Iterator[CursorWrapper]:
        if self._compiled is None:
            self._compiled = self._compile()
        with connections[self._using].cursor() as cursor:
            self._compiled[1].execute(cursor, given)
            yield cursor


def prepared_update(
    make: Callable[[], QuerySet[Any]], /, *, returning: Sequence[str] = (), **values: Any
) -> PreparedWrite:
    """`make().update(**values)`, where rows and values may hold parameters.

    With `returning`, names of fields, `rows()` gives their new values.
    """

    def query() -> Query:
        update: Any = make().query.chain(UpdateQuery)
        update.add_update_values(values)
        return update

    return PreparedWrite(query, returning)


def prepared_insert(
    model: type[Model], *names: str, returning: Sequence[str] = ()
) -> PreparedWrite:
    """An insert of one row, whose values are given by the names of its fields (`item_id`).

    With `returning`, names of fields, `rows()` gives what was stored in them (`id`).
    """

    def query() -> Query:
        fields: list[Any] = [model._meta.get_field(name) for name in names]
        row = model(**{f.attname: Parameter(f.attname, f) for f in fields})
        insert = InsertQuery(model)
        insert.insert_values(fields, [row])
        return insert

    return PreparedWrite(query, returning)


class Write(NamedTuple):
    statement: PreparedWrite
    values: dict[str, Any]


def write_both(first: Write, second: Write) -> None:
    """Write different rows: in one statement, where the database takes a write inside another.

    Neither sees what the other does, and no name of a parameter occurs in both. What a statement
    costs the client is most of what a small write costs.
    """
    connection = connections["default"]
    if connection.vendor == "sqlite":
        for statement, values in (first, second):
            statement.execute(**values)
        return
    with connection.cursor() as cursor:
        given = dict(**first.values, **second.values)
        _joined(first.statement, second.statement).execute(cursor, given)


@cache
def _joined(first: PreparedWrite, second: PreparedWrite) -> Statement:
    (_, inner, given), (_, outer, given_too) = first.sql(), second.sql()
    return Statement(f"WITH beside AS ({inner}) {outer}", [*given, *given_too])
