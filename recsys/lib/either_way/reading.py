"""Pieces of SQL that read what is said, in the order of a page and as far as it goes."""

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from recsys.lib.either_way.dialects import Dialect
from recsys.lib.either_way.said import Said, Source, Sql
from recsys.lib.page_order import PageOrder


class Reading:
    """Of a page, whose rows something is said of."""

    def __init__(self, said: Said, compiler: Any, dialect: Dialect) -> None:
        self.said, self.compiler, self.dialect = said, compiler, dialect
        self.page = PageOrder.of(compiler.query, said.time)
        self.key, self.time = f"said.{said.key}", f"said.{said.time}"
        self.columns = f"{self.key}, {self.time}"
        self.order = self._by(self.time, self.key)
        self.bounds = list(self._bounds())

    @property
    def end(self) -> str:
        """A time further than that of any row."""
        return self.dialect.ends[0 if self.page.descending else 1]

    @property
    def furthest_first(self) -> str:
        return "" if self.page.descending else " DESC"

    def nearest(self, times: Iterable[Sql]) -> Sql:
        """Which of several times comes first on the page."""
        times = list(times)
        if len(times) == 1:
            return times[0]
        extreme = self.dialect.extremes[1 if self.page.descending else 0]
        return Sql.joined(", ", times).within(f"{extreme}({{sql}})")

    def until(self, time: str) -> Sql:
        return Sql(f"{self.time} {'>=' if self.page.descending else '<='} {time}")

    def beyond(self, time: str) -> Sql:
        return Sql(f"{self.time} {'<=' if self.page.descending else '>='} {time}")

    def looked_at(self, among: Sql, most: int) -> Sql:
        """The first that an index has in the order of the page, whether or not they pass."""
        columns = ", ".join([self.columns, *(f"said.{each}" for each in self.said.seen)])
        rows = self.said.rows(among, *self.bounds)
        return rows.within(f"(SELECT {columns} FROM {{sql}}{self.order} LIMIT {most}) AS said")

    def time_at(self, place: int, *conditions: Sql, order: str = "") -> Sql:
        """The time of the row at a place, from zero; NULL where there are fewer."""
        rows = self.said.rows(*conditions)
        return rows.within(f"SELECT {self.time} FROM {{sql}}{order} LIMIT 1 OFFSET {place}")

    def in_order(self, source: Source, rows: Sql) -> Sql:
        once = "" if source.is_indexed_so else "DISTINCT "
        return rows.within(f"SELECT {once}{self.key} AS pk, {self.time} FROM {{sql}}{self.order}")

    def asked(self, source: Source) -> Sql:
        return self.said.asked(source, self.key, "said", self.dialect)

    @cached_property
    def is_on_page(self) -> Sql:
        """Whether the page may have the row that something is said of."""
        of_row = f"page.pk = {self.key}{self.dialect.fence}"
        return self._told.within(f"EXISTS (SELECT 1 FROM ({{sql}}) AS page WHERE {of_row})")

    def together(self, sources: Iterable[Source]) -> Sql:
        """The page's rows of which all is said, found by the keys of it."""
        sources = list(sources)
        known = self.said.with_keys(sources).within("page.pk = ANY(ARRAY({sql}))")
        rest = (
            self.said.asked(each, "page.pk", "page", self.dialect)
            for each in sources
            if not each.is_told_by_keys
        )
        rows = self._told.within("SELECT page.pk FROM ({sql}) AS page WHERE ")
        found = Sql.joined("", [rows, Sql.all_of([known, *rest])])
        return found.within(f"{{sql}}{self._by(f'page.{self.said.time}', 'page.pk')}")

    def asked_one_by_one(self) -> Sql:
        return self._compiled(self.page.keys())

    @cached_property
    def _told(self) -> Sql:
        return self._compiled(self.page.told())

    def _by(self, *columns: str) -> str:
        way = " DESC" if self.page.descending else ""
        return f" ORDER BY {', '.join(f'{column}{way}' for column in columns)}"

    def _compiled(self, query: Any) -> Sql:
        text, parameters = query.get_compiler(connection=self.compiler.connection).as_sql()
        return Sql(text, tuple(parameters))

    def _bounds(self) -> Iterable[Sql]:
        for operator, lookup in self.page.bounds():
            value, parameters = lookup.process_rhs(self.compiler, self.compiler.connection)
            bound = Sql(f"{self.time} {operator} {value}", tuple(parameters))
            yield bound.of_values(self.dialect)
