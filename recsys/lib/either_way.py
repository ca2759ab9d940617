"""Rows of which other rows say something, found from what is said or in the order of the page.

Where few rows fulfil a condition they are quickly gathered and sorted; where many do, reading in
the order asked for soon fills a page. SQLite keeps no frequencies and would always do the same,
and PostgreSQL's are often wrong where conditions go together; so the statement holds both ways,
and counts, up to a limit, which one to go.
"""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Exists, Expression, Q, QuerySet
from django.db.models.sql import Query

from recsys.lib.planned import with_values

FEW = {"sqlite": 6_000, "postgresql": 4_500}
"""As many are gathered and sorted in about the time of a plain filter that leaves as many; of
200,000 rows a page of what is more frequent is read within a few hundred."""

Sql = tuple[str, tuple[Any, ...]]


class FoundEitherWay(Expression):
    """A condition on rows; it is not to be negated.

    `each` tells of a row, by `OuterRef`, whether it fulfils it. `sources` are what may be few:
    pairs of the rows behind a part of the condition, and the keys of those that fulfil it all.
    """

    output_field = BooleanField()

    def __init__(self, each: Q, sources: Sequence[tuple[QuerySet[Any], QuerySet[Any]]]) -> None:
        super().__init__()
        self.each: Any = each
        self.sources = sources

    def get_source_expressions(self) -> list[Any]:
        return [self.each]

    def set_source_expressions(self, expressions: Sequence[Any]) -> None:
        (self.each,) = expressions

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        """What the page's rows are asked; elsewhere, all that is."""
        sql, parameters = compiler.compile(self.each)
        return sql, tuple(parameters)

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        """A limit is asked once; a condition that never changes would be, of every row."""
        if _is_page(compiler.query):
            return self.as_sql(compiler, connection)
        gated = "SELECT * FROM ({rows} LIMIT CASE WHEN {gate} THEN {limit} ELSE 0 END)"
        keys, parameters = self._keys(compiler, connection, gated, unlimited="-1")
        return f"{_key(compiler)} IN ({keys})", parameters

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        """As an array the keys are few to the planner, and looked up in one descent."""
        if _is_page(compiler.query):
            return self.as_sql(compiler, connection)
        gated = "SELECT * FROM ({rows} LIMIT {limit}) AS way WHERE {gate}"
        keys = with_values(connection, *self._keys(compiler, connection, gated, unlimited="ALL"))
        return f"{_key(compiler)} = ANY(ARRAY({keys}))", ()

    def _keys(
        self, compiler: Any, connection: BaseDatabaseWrapper, gated: str, unlimited: str
    ) -> Sql:
        """The keys that the first source with few gives, or else those of the page in order."""
        few = FEW[connection.vendor]
        probes = [compiler.compile(Exists(rows[few : few + 1])) for rows, _ in self.sources]
        many = [f"(SELECT yes FROM many{position})" for position in range(len(probes))]
        page, limit = _page(compiler.query, unlimited)
        gathered = zip(self.sources, many, strict=True)
        ways = [(keys.query, unlimited, [f"NOT {is_many}"]) for (_, keys), is_many in gathered]
        ways.append((page, limit, []))
        selects, parameters = [], [value for _, values in probes for value in values]
        for position, (query, most, own) in enumerate(ways):
            rows, values = query.get_compiler(connection=connection).as_sql()
            gate = " AND ".join([*many[:position], *own]) or "TRUE"
            selects.append(gated.format(rows=rows, limit=most, gate=gate))
            parameters += values
        said = [f"many{n} AS (SELECT {probe} AS yes)" for n, (probe, _) in enumerate(probes)]
        counted = f"WITH {', '.join(said)} " if said else ""
        return counted + " UNION ALL ".join(selects), tuple(parameters)


def _page(query: Any, unlimited: str) -> tuple[Any, str]:
    """The query for its rows' keys, read row by row, without its limit; and that limit."""
    rows = query.chain(klass=Query)
    rows.is_page, rows.explain_info = True, None
    rows.clear_limits()
    rows.set_values(["pk"])
    if query.high_mark is None:
        rows.clear_ordering(force=True)
        return rows, unlimited
    return rows, str(query.high_mark)


def _is_page(query: Any) -> bool:
    return getattr(query, "is_page", False)


def _key(compiler: Any) -> str:
    name, query = compiler.quote_name_unless_alias, compiler.query
    return f"{name(query.get_initial_alias())}.{name(query.get_meta().pk.column)}"
