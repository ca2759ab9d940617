"""Querysets for the hot path: written in the ORM, compiled once, executed many times.

Building and compiling a queryset costs more than the database takes to answer it (measured: 600
of 900 µs for thirty rows). A `Prepared` statement keeps the ORM's words, so that what a queryset
means is still said in one place, and pays for them once per process.

    NOW = Parameter("now", DateTimeField())
    live = Prepared(lambda: Item.objects.live(NOW).filter(id__any_of=Parameter("ids")).values())
    live.rows(now=now, ids=[1, 2, 3])

The list lookup `any_of` takes one parameter however long the list is: psycopg then reuses one
server-side plan, where `__in` makes another statement for every length.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import orjson
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import CharField, Expression, Field, Lookup, QuerySet, TextField

from recsys.lib.clock import as_moment, clock_of

ESCAPED_IN_COPY = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class Parameter(Expression):
    """A value that is named now and given at every execution; `None` matches nothing."""

    def __init__(self, name: str, output_field: Any = None) -> None:
        super().__init__(output_field)
        self.name = name
        self.value_field = output_field

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        return "%s", [self]


@Field.register_lookup
class AnyOf(Lookup):
    """`id__any_of=[…]`: one of these numbers or texts."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        column, parameters = self.process_lhs(compiler, connection)
        values = (
            ListOf(self.rhs)
            if isinstance(self.rhs, Parameter)
            else as_list_parameter(self.rhs, connection)
        )
        if connection.vendor == "sqlite":
            return f"{column} IN (SELECT value FROM json_each(%s))", [*parameters, values]
        return f"{column} = ANY(%s::{self._array_type(connection)})", [*parameters, values]

    def _array_type(self, connection: BaseDatabaseWrapper) -> str:
        # Not varchar(n): the cast would cut a text, and find what was not asked for.
        is_text = isinstance(self.lhs.output_field, CharField | TextField)
        return "text[]" if is_text else "bigint[]"


class ListOf:
    """Stands for a `Parameter` that will be given a list."""

    def __init__(self, parameter: Parameter) -> None:
        self.name = f"{parameter.name}_listed"
        self.given_as = parameter.name


def as_list_parameter(values: Iterable[Any], connection: BaseDatabaseWrapper) -> str:
    """As the database reads a list: the driver would convert it value by value."""
    given = list(values)
    if connection.vendor == "sqlite":
        return orjson.dumps(given).decode()
    numbers = _between_commas(given)
    if numbers is not None:
        return f"{{{numbers}}}"
    written = {value: _element(value) for value in set(given)}  # texts recur: once each
    return "{" + ",".join(map(written.__getitem__, given)) + "}"


def as_copy_lines(columns: Iterable[list[Any]]) -> str:
    """Rows as PostgreSQL's COPY reads them, from columns of one length, which is not 0."""
    return "\n".join([*map("\t".join, zip(*map(_cells, columns), strict=True)), ""])


def _cells(column: list[Any]) -> Iterable[str]:
    numbers = _between_commas(column)
    if numbers is not None:
        return numbers.split(",")
    return map({value: _cell(value) for value in {*column}}.__getitem__, column)


def _between_commas(column: list[Any]) -> str | None:
    """Plain numbers, written in a tenth of what `str` takes for each; None if one is not."""
    if not {*map(type, column)} <= {int, float}:
        return None
    try:
        written = orjson.dumps(column)[1:-1].decode()
    except TypeError:  # an integer of more than 64 bits
        return None
    return None if "n" in written else written  # what is not finite is null there


def _cell(value: Any) -> str:
    if value is None:
        return r"\N"
    return str(value).translate(ESCAPED_IN_COPY)


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    if not isinstance(value, str):
        return str(value)
    escaped = value.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


class Statement:
    """SQL whose parameters are given by name when it is executed.

    Its constants are written out, and a name used many times is sent once: converting parameters
    is most of what the driver does. The planner sees the constants besides, and with them which
    partial indexes serve.
    """

    def __init__(self, sql: str, parameters: Iterable[Any]) -> None:
        self._given: dict[str, Parameter | ListOf] = {}
        self._fixed: dict[str, Any] = {}
        parts = iter(parameters)
        self._sql = re.sub(
            "%[%s]", lambda found: "%%" if found[0] == "%%" else self._place(next(parts)), sql
        )

    def _place(self, part: Any) -> str:
        """How `part` stands in the SQL: as it is, or as a name."""
        match part:
            case str():
                return "'" + str(part).replace("'", "''").replace("%", "%%") + "'"
            case int() if not isinstance(part, bool):
                return str(int(part))
            case Parameter() | ListOf():
                self._given[part.name] = part
                return f"%({part.name})s"
        name = f"fixed_{len(self._fixed)}"
        self._fixed[name] = part
        return f"%({name})s"

    def execute(self, cursor: CursorWrapper, given: Mapping[str, Any]) -> None:
        cursor.execute(self._sql, self._values(given, cursor.db))

    def fetch(self, connection: BaseDatabaseWrapper, given: Mapping[str, Any]) -> Any:
        """Execute, and all rows at once, as the driver gives them."""
        return fetch_rows(connection, self._sql, self._values(given, connection))

    def _values(self, given: Mapping[str, Any], connection: BaseDatabaseWrapper) -> dict[str, Any]:
        asked = {name: _value(part, given, connection) for name, part in self._given.items()}
        return asked | self._fixed


class Prepared:
    """A queryset of `.values(…)`, compiled once, at its first use.

    With `clock`, each row also has the database's time under that name, read once the row is
    there: where the queryset locks its rows, after all waiting for them.
    """

    def __init__(
        self,
        make: Callable[[], QuerySet[Any, Any]],
        using: str = "default",
        *,
        clock: str | None = None,
    ) -> None:
        self._make, self._using, self._clock = make, using, clock
        self._compiled: tuple[Any, Statement, list[str], dict[int, Any]] | None = None

    def _compile(self) -> tuple[Any, Statement, list[str], dict[int, Any]]:
        query = self._make().query
        compiler = query.get_compiler(using=self._using)
        sql, parameters = compiler.as_sql()
        names = [*query.extra_select, *query.values_select, *query.annotation_select]
        columns = [expression for expression, _, _ in compiler.select]
        converters = compiler.get_converters(columns)
        if self._clock is not None:
            # Beside the locking itself the clock would be read before the wait, not after it.
            clock = clock_of(compiler.connection).replace("%", "%%")
            sql = f"SELECT found.*, {clock} FROM ({sql}) AS found"
            converters[len(names)] = ([lambda value, *_: as_moment(value)], None)
            names.append(self._clock)
        return compiler, Statement(sql, parameters), names, converters

    def rows(self, **given: Any) -> list[dict[str, Any]]:
        """Execute with the parameters' values; a dict for each row, as `.values()` gives."""
        rows = self.tuples(**given)
        _, _, names, _ = self._known()
        return [dict(zip(names, row, strict=True)) for row in rows]

    def tuples(self, **given: Any) -> list[tuple[Any, ...]]:
        """The same without the names: values in the order in which `.values()` was given them."""
        compiler, statement, _, converters = self._known()
        rows = statement.fetch(connections[self._using], given)
        return list(compiler.apply_converters(rows, converters)) if converters else rows

    def _known(self) -> tuple[Any, Statement, list[str], dict[int, Any]]:
        if self._compiled is None:
            self._compiled = self._compile()
        return self._compiled

    def ask(self, **given: Any) -> "Answer":
        """Execute; the rows are fetched later, once: after `one_trip` has carried it."""
        compiler, statement, names, converters = self._known()
        cursor = connections[self._using].cursor()
        statement.execute(cursor, given)
        return Answer(cursor, compiler, names, converters)


class Answer:
    """The rows of a `Prepared` that was executed, still to be fetched."""

    def __init__(
        self, cursor: CursorWrapper, compiler: Any, names: list[str], converters: dict[int, Any]
    ) -> None:
        self._cursor, self._compiler = cursor, compiler
        self._names, self._converters = names, converters
        # SQLite reads a row when it is fetched: later statements would show in it.
        self._fetched = None if cursor.db.vendor == "postgresql" else self._fetch()

    def rows(self) -> list[dict[str, Any]]:
        return [dict(zip(self._names, row, strict=True)) for row in self.tuples()]

    def tuples(self) -> list[tuple[Any, ...]]:
        rows = self._fetch() if self._fetched is None else self._fetched
        if not self._converters:
            return rows
        return list(self._compiler.apply_converters(rows, self._converters))

    def _fetch(self) -> Any:
        with self._cursor as cursor:
            return cursor.fetchall()


def fetch_rows(connection: Any, sql: str, values: Any) -> Any:
    """All rows of a statement that is asked over and over; by a kept cursor where that helps."""
    if hasattr(connection, "fetch_kept"):
        return connection.fetch_kept(sql, values)
    with connection.cursor() as cursor:
        return cursor.execute(sql, values).fetchall()


@contextmanager
def one_trip(using: str = "default") -> Iterator[None]:
    """Statements executed inside travel to the server together, where it can take them so.

    They run one after the other as ever, each with a snapshot of its own; nothing waits in
    between. Their rows may be fetched afterwards, and their errors come at the end.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():
        yield


def _value(
    part: Parameter | ListOf, given: Mapping[str, Any], connection: BaseDatabaseWrapper
) -> Any:
    if isinstance(part, ListOf):
        return as_list_parameter(given[part.given_as], connection)
    value, field = given[part.name], part.value_field
    return field.get_db_prep_value(value, connection) if field else value
