"""The ways to the rows of which something is said, in one statement.

A page in the order of what is said is first read from what a hundred rows say, of the source that
reaches furthest with so many. Where that fills no page, it is read on from there: where nearly
none of the hundred fulfilled all, on PostgreSQL from an index of all that is said of a row; else
by a way that probes choose. They tell, up to a limit, which sources few fulfil, and which lie
sparsely where the page begins.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from recsys.lib.either_way.dialects import Dialect
from recsys.lib.either_way.reading import Reading
from recsys.lib.either_way.said import Said, Source, Sql

FEW = {"sqlite": 6_000, "postgresql": 4_500}
"""As many are gathered and sorted in about the time of a plain filter that leaves as many."""
SPARSE = 16
"""What fewer than one of so many say is passed over faster than others are asked for it."""
SOON = 64
"""As many are looked at before it is found out where to look."""
SCARCE = 3
"""Where fewer of them fulfil all, few do, and what is said of one row is best read together."""

REACHED = "(SELECT at FROM chosen)"
FOUND_SOON = "(SELECT count(*) FROM soon)"

Way = tuple[str, Sql, int | None]
"""(gate, rows with their `pk`, how many at most); the gates of one way are open."""


class Ways:
    """From which of the sources the rows are read, and by what that is told."""

    def __init__(
        self, said: Said, sources: Sequence[Source], compiler: Any, dialect: Dialect
    ) -> None:
        self.reading = Reading(said, compiler, dialect)
        self.page, self.limit = self.reading.page, self.reading.page.limit
        self.all = sources
        self.sources = dict(enumerate(each for each in sources if not each.is_negative))
        self.is_followed = self.page.is_followed and bool(self.sources)
        self.walked = [n for n, each in self.sources.items() if each.is_indexed_so]
        self.few = FEW[compiler.connection.vendor]
        keyed = [each for each in sources if each.keys]
        self.is_together = (
            dialect.has_together and len(keyed) > 1 and not all(each.is_negative for each in keyed)
        )

    def keys(self) -> Sql:
        """The keys of the rows, in no order, and of each perhaps more than once."""
        found = Sql.joined(" UNION ALL ", (self._gated(*way) for way in self._ways()))
        asked, tables = found.text, list[Sql]()
        for name, table in reversed(list(self._tables())):
            if name in asked:
                tables.insert(0, table.within(f"{name} AS ({{sql}})"))
                asked += table.text
        if not tables:
            return found
        return Sql.joined(" ", [Sql.joined(", ", tables).within("WITH {sql}"), found])

    def _gated(self, gate: str, rows: Sql, limit: int | None) -> Sql:
        dialect = self.reading.dialect
        return rows.within(dialect.way, gate=gate, limit=limit or dialect.unlimited)

    def _ways(self) -> Iterator[Way]:
        if not self.is_followed:
            yield from self._in_another_order()
        elif len(self.all) == 1 and self.walked:
            yield from self._walk(0, "TRUE")
        else:
            yield "TRUE", Sql("SELECT pk FROM soon"), None
            yield from self._further()

    def _tables(self) -> Iterator[tuple[str, Sql]]:
        """What the ways and their gates ask, by name; each may ask those before."""
        if self.is_followed:
            yield "chosen", self._chosen()
            yield "soon", Sql.joined(" UNION ALL ", (self._gated(*way) for way in self._soon()))
        for n, source in self.sources.items():
            yield f"far{n}", self._far(n).within("SELECT ({sql}) AS at")
            yield f"near{n}", self._near(source).within("SELECT ({sql}) AS at")

    def _in_another_order(self) -> Iterator[Way]:
        if self.is_together:
            yield "TRUE", self.reading.together(self.all), self.limit
            return
        none_few = [f"NOT {self._is_few(n)}" for n in self.sources]
        for n in self.sources:
            yield _all([*none_few[:n], self._is_few(n)]), self._gathered(n), None
        yield _all(none_few), self.reading.asked_one_by_one(), self.limit

    def _further(self) -> Iterator[Way]:
        """Where the first hundred neither fill the page nor are all there are."""
        is_open = f"{FOUND_SOON} < {self.limit} AND {REACHED} <> {self.reading.end}"
        if self.is_together:
            is_scarce = f"{is_open} AND {FOUND_SOON} < {SCARCE}"
            yield is_scarce, self.reading.together(self.all), self.limit
            is_open += f" AND {FOUND_SOON} >= {SCARCE}"
        none_few = [f"NOT {self._is_few(n)}" for n in self.sources]
        beyond = self.reading.beyond(REACHED)
        for n in self.sources:
            before, after = [is_open, *none_few[:n]], none_few[n + 1 :]
            if n in self.walked:
                chosen = f"({self._is_few(n)} OR {_all([*after, *self._is_chosen(n)])})"
                yield from self._walk(n, _all([*before, chosen]), beyond)
                continue
            yield _all([*before, self._is_few(n)]), self._sorted(n), self.limit
            yield from self._walk(n, _all([is_open, *none_few, *self._is_chosen(n)]), beyond)

    def _first_asked(self) -> Sequence[int]:
        return self.walked or [0]

    def _chosen(self) -> Sql:
        """Which source reaches furthest with its first hundred, and how far."""
        reach = Sql.joined(" UNION ALL ", map(self._reach, self._first_asked()))
        order = f"at{self.reading.furthest_first}, n"
        return reach.within(f"SELECT n, at FROM ({{sql}}) AS reach ORDER BY {order} LIMIT 1")

    def _reach(self, n: int) -> Sql:
        ends = (
            self._time_at(SOON, each).within(f"COALESCE(({{sql}}), {self.reading.end})")
            for each in self.sources[n].among
        )
        return self.reading.nearest(ends).within(f"SELECT {n} AS n, {{sql}} AS at")

    def _soon(self) -> Iterator[Way]:
        """The page, as far as the first hundred of the chosen source fill it."""
        first = self._first_asked()
        for n in first:
            gate = "TRUE" if len(first) == 1 else f"(SELECT n FROM chosen) = {n}"
            source = self.sources[n]
            asked = [self.reading.until(REACHED), source.passed, *self._others(source)]
            for each in source.among:
                looked = self.reading.looked_at(each, SOON + 1)
                yield gate, self._on_page(source, looked, asked), self.limit

    def _far(self, n: int) -> Sql:
        """NULL where few say so, else when the first beyond these was made.

        Counted as it is read: in order from where the page begins, or all that an index tells.
        """
        source = self.sources[n]
        if n in self.walked and self.is_followed and len(source.among) == 1:
            return self._time_at(self.few, *source.among)
        return self.reading.time_at(self.few, source.seen)

    def _time_at(self, place: int, among: Sql) -> Sql:
        return self.reading.time_at(place, among, *self.reading.bounds, order=self.reading.order)

    def _few(self, source: Source, columns: str, order: str = "") -> Sql:
        """Those that an index tells to say so, where few do. The limit tells the planner so."""
        rows = self.reading.said.rows(source.seen)
        return rows.within(f"SELECT {columns} FROM {{sql}}{order} LIMIT {self.few}")

    def _newest(self, source: Source) -> str:
        """What is to be sorted is sorted soonest where it nearly is."""
        return f" ORDER BY {source.grows} DESC" if source.grows and self.page.descending else ""

    def _near(self, source: Source) -> Sql:
        """NULL where, from where the page begins, what says so lies sparsely among the like."""
        looked = self.reading.looked_at(source.among[0], self.few)
        passed = Sql.joined(" WHERE ", [looked, source.passed])
        return passed.within("SELECT 1 FROM {sql} LIMIT 1 OFFSET {most}", most=self.few // SPARSE)

    def _gathered(self, n: int) -> Sql:
        source, key = self.sources[n], self.reading.key
        few = self._few(source, self.reading.columns).within("({sql}) AS said")
        asked = Sql.all_of(self._others(source))
        return Sql.joined(" WHERE ", [few, asked]).within(f"SELECT {key} AS pk FROM {{sql}}")

    def _sorted(self, n: int) -> Sql:
        """What few say, sorted before others are asked of it: few are, where most fulfil all."""
        source, columns = self.sources[n], self.reading.columns
        few = self._few(source, columns, self._newest(source)).within("({sql}) AS said")
        bounded = Sql.joined(" WHERE ", [few, Sql.all_of(self.reading.bounds)])
        in_time = bounded.within(f"(SELECT {columns} FROM {{sql}}{self.reading.order}) AS said")
        return self._on_page(source, in_time, self._others(source, few=True))

    def _walk(self, n: int, gate: str, *beyond: Sql) -> Iterator[Way]:
        """The page in its order, read from what says so."""
        source = self.sources[n]
        others = list(self._others(source, few=bool(beyond)))
        for each in source.among:
            rows = self.reading.said.rows(each, source.passed, *self.reading.bounds, *beyond)
            yield gate, self._on_page(source, rows, others, joined=" AND "), self.limit

    def _on_page(
        self, source: Source, rows: Sql, asked: Iterable[Sql], joined: str = " WHERE "
    ) -> Sql:
        condition = Sql.all_of([*asked, self.reading.is_on_page])
        return self.reading.in_order(source, Sql.joined(joined, [rows, condition]))

    def _others(self, told: Source, *, few: bool = False) -> Iterator[Sql]:
        """What is asked besides of a row that an index tells to say what `told` asks.

        With `few`, what few say is looked up among them.
        """
        for each in self.all:
            if each is not told:
                asked = self.reading.asked(each)
                yield self._among_few(each, asked) if few else asked
            elif told.whole != told.seen:
                yield self.reading.asked(told)

    def _among_few(self, source: Source, asked: Sql) -> Sql:
        for n, each in self.sources.items():
            if each is source and n not in self.walked and each.whole == each.seen:
                few = self._few(each, self.reading.key).within(f"{self.reading.key} IN ({{sql}})")
                case = Sql(f"CASE WHEN {self._is_few(n)} THEN ")
                return Sql.joined("", [case, few, Sql(" ELSE "), asked, Sql(" END")])
        return asked

    def _is_few(self, n: int) -> str:
        return f"((SELECT at FROM far{n}) IS NULL)"

    def _is_chosen(self, n: int) -> list[str]:
        """Of sources that many fulfil: the first that lies sparsely where the page begins, else
        of those so indexed the one that reaches furthest, else the first."""
        sparse = {
            other: f"((SELECT at FROM near{other}) IS NULL)"
            for other in self.sources
            if other not in self.walked
        }
        none_sparse = [f"NOT {gate}" for gate in sparse.values()]
        if len(self.sources) == 1:
            return []
        if n in self.walked:
            return [*none_sparse, *self._reaches_furthest(n)]
        before = [f"NOT {gate}" for other, gate in sparse.items() if other < n]
        if self.walked or n != min(sparse):
            return [*before, sparse[n]]
        return [f"({sparse[n]} OR {_all(none_sparse)})"]

    def _reaches_furthest(self, n: int) -> list[str]:
        further = "<" if self.page.descending else ">"
        return [
            f"(SELECT at FROM far{n}) {further}{'' if other < n else '='}"
            f" (SELECT at FROM far{other})"
            for other in self.walked
            if other != n
        ]


def _all(gates: Iterable[str]) -> str:
    return " AND ".join(gates) or "TRUE"
