"""What a query asks of a page of rows, for who answers it from other rows in the same order."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import F
from django.db.models.expressions import Col, OrderBy
from django.db.models.lookups import Lookup
from django.db.models.sql import Query
from django.db.models.sql.where import AND, WhereNode

OPERATORS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">="}


@dataclass(frozen=True)
class PageOrder:
    """The rows that a query leaves, and in what order; its limit is told apart."""

    query: Any
    time: str
    """The field that pages are ordered by, before the key."""
    limit: int | None
    descending: bool | None
    """Which way the page follows that order; None for a page in another, and for no page."""

    @classmethod
    def of(cls, query: Any, time: str) -> Self:
        terms = [_term(term, query) for term in query.order_by]
        names, ways = tuple(name for name, _ in terms), {way for _, way in terms}
        follows = names in [(time, "pk"), (time, query.get_meta().pk.name)] and len(ways) == 1
        is_read_so = follows and query.high_mark is not None
        return cls(query, time, query.high_mark, ways.pop() if is_read_so else None)

    @property
    def is_followed(self) -> bool:
        return self.descending is not None

    def keys(self) -> Any:
        """The query for the rows' keys alone, of rows asked one by one."""
        rows = self._plain(is_told=False)
        rows.set_values(["pk"])
        rows.set_limits(high=self.limit)
        if self.limit is None:
            rows.clear_ordering(force=True)
        return rows

    def told(self) -> Any:
        """The query for the rows that may be on the page: keys and times, in no order.

        They are told by what others say, and not asked for it.
        """
        rows = self._plain(is_told=True)
        rows.set_values(["pk", self.time])
        rows.clear_ordering(force=True)
        return rows

    def _plain(self, *, is_told: bool) -> Any:
        rows = self.query.chain(klass=Query)
        rows.is_page, rows.is_told, rows.explain_info = True, is_told, None
        rows.clear_limits()
        return rows

    def bounds(self) -> Iterator[tuple[str, Any]]:
        """(operator, lookup) for each moment at which the page may begin or end."""
        yield from self._bounds_in(self.query.where)

    def _bounds_in(self, where: Any) -> Iterator[tuple[str, Any]]:
        if where.connector != AND or where.negated:
            return
        for child in where.children:
            if isinstance(child, WhereNode):
                yield from self._bounds_in(child)
            elif isinstance(child, Lookup) and self._is_bound(child):
                yield OPERATORS[str(child.lookup_name)], child

    def _is_bound(self, lookup: Any) -> bool:
        column = lookup.lhs
        return (
            isinstance(column, Col)
            and column.alias == self.query.get_initial_alias()
            and column.target.name == self.time
            and lookup.lookup_name in OPERATORS
            and lookup.rhs_is_direct_value()
        )


def is_page(query: Any) -> bool:
    """Whether the query is that of a page, whose rows are asked one by one."""
    return getattr(query, "is_page", False)


def is_told(query: Any) -> bool:
    """Whether its rows were found by what is said of them, and need not be asked again."""
    return getattr(query, "is_told", False)


def _term(term: Any, query: Any) -> tuple[str | None, bool]:
    """(field, descending) of a term of an ordering; no field for what is none."""
    if isinstance(term, OrderBy):
        field = term.expression
        name = str(field.name) if isinstance(field, F) else None  # type: ignore[attr-defined]
        return name, term.descending == query.standard_ordering
    return term.removeprefix("-"), term.startswith("-") == query.standard_ordering
