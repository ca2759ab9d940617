"""The ways to the rows of which something is said, in one statement.

A page in the order of what is said is first read from what some dozens of rows say, of the source
that reaches furthest with so many. Where that fills no page, it is read on from there: where
nearly none of them fulfilled all, on PostgreSQL from an index of all that is said of a row; else
by a way that probes choose. They tell, up to a limit, which sources few fulfil, and which lie
sparsely where the page begins. Where counting costs less than looking, it comes first.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from recsys.lib.either_way.dialects import Dialect
from recsys.lib.either_way.reading import Reading, Shape, all_of, where
from recsys.lib.either_way.said import Source
from recsys.lib.page_order import PageOrder

FEW = {"sqlite": 6_000, "postgresql": 4_500}
"""As many are gathered and sorted in about the time of a plain filter that leaves as many."""
SPARSE = 16
"""What fewer than one of so many say is passed over faster than others are asked for it."""
SOON = 64
"""As many are looked at before it is found out where to look."""
SCARCE = 3
"""Where fewer of them fulfil all, few do, and what is said of one row is best read together."""
SAMPLE, APT = 16, 4
"""So many of what few say are looked at for whether more than one of so many fulfil the rest."""
SHAPES = 512
"""Texts that are kept: no value is in any, so there are not many."""

REACHED = "(SELECT at FROM chosen)"
FOUND_SOON = "(SELECT count(*) FROM soon)"

Way = tuple[str, str, int | None]
"""(gate, rows with their `pk`, how many at most); the gates of one way are open."""


def shape_of(sources: Sequence[Source], page: PageOrder, dialect: Dialect) -> Shape:
    """What the text of the statement depends on that finds a page."""
    return Shape(
        sources=tuple(each.wording() for each in sources),
        operators=tuple(operator for operator, _ in page.bounds()),
        descending=page.descending,
        limit=page.limit,
        dialect=dialect,
        few=FEW[dialect.vendor],
        soon=SOON,
        scarce=SCARCE,
        sample=SAMPLE,
        apt=APT,
    )


@lru_cache(SHAPES)
def statement(shape: Shape) -> tuple[tuple[str, ...], str]:
    """The names that the statement asks for, and its text with a place for them.

    It tells keys of rows, in no order, and of each perhaps more than once.
    """
    return Ways(shape).statement()


class Ways:
    """From which of the sources the rows are read, and by what that is told."""

    def __init__(self, shape: Shape) -> None:
        self.shape, self.limit, self.dialect = shape, shape.limit, shape.dialect
        self.reading = Reading(shape)
        self.sources = {n: each for n, each in enumerate(shape.sources) if not each.is_negative}
        self.is_followed = shape.descending is not None and bool(self.sources)
        self.walked = [n for n, each in self.sources.items() if each.is_indexed_so]
        self.gathered = [n for n in self.sources if n not in self.walked]
        # Of what is asked alone, looking finds out as much, and costs less.
        is_counted = self.dialect.counts_first and len(shape.sources) > 1
        self.counted = self.gathered if is_counted else []
        keyed = [each for each in shape.sources if each.keys]
        self.is_together = (
            self.dialect.has_together
            and len(keyed) > 1
            and not all(each.is_negative for each in keyed)
        )

    def statement(self) -> tuple[tuple[str, ...], str]:
        found = self._union(self._ways())
        asked, tables = found, list[str]()
        for name, table in reversed([*self._tables()]):
            if f"FROM {name})" in asked:
                tables.insert(0, f"{name} AS ({table})")
                asked += table
        names = tuple(name for name in self.reading.names() if f"FROM {name}" in asked)
        return names, f"WITH {', '.join(['{names}', *tables])} {found}"

    def _tables(self) -> Iterator[tuple[str, str]]:
        """What the ways and their gates ask, found once; each may ask those before."""
        for n in self.sources:
            yield f"far{n}", f"SELECT ({self._far(n)}) AS at"
            yield f"near{n}", f"SELECT ({self._near(n)}) AS at"
            yield f"apt{n}", f"SELECT {self._is_few(n)} AND ({self._apt(n)}) IS NOT NULL AS so"
        yield "chosen", self._chosen()
        yield "soon", self._union(self._soon())
        yield "unfilled", f"SELECT {self._is_unfilled()} AS so"

    def _is_unfilled(self) -> str:
        return f"{FOUND_SOON} < {self.limit} AND {REACHED} <> {self.reading.end}"

    def _union(self, ways: Iterable[Way]) -> str:
        return " UNION ALL ".join(
            self.dialect.way.format(sql=rows, gate=gate, limit=limit or self.dialect.unlimited)
            for gate, rows, limit in ways
        )

    def _ways(self) -> Iterator[Way]:
        if not self.is_followed:
            yield from self._in_another_order()
        elif len(self.shape.sources) == 1 and self.walked:
            yield from self._walk(0, "TRUE")
        else:
            yield "TRUE", "SELECT pk FROM soon", None
            yield from self._further()

    def _in_another_order(self) -> Iterator[Way]:
        if self.is_together:
            yield "TRUE", self.reading.together(), self.limit
            return
        none_few = [f"NOT {self._is_few(n)}" for n in self.sources]
        for n in self.sources:
            yield all_of([*none_few[:n], self._is_few(n)]), self._gathered(n), None
        yield all_of(none_few), "SELECT pk FROM plain", self.limit

    def _further(self) -> Iterator[Way]:
        """Where the first looked at neither fill the page nor are all there are."""
        is_open = "(SELECT so FROM unfilled)"
        if self.is_together:
            scarce = all_of([f"{FOUND_SOON} < {self.shape.scarce}", *self._none_counted()])
            yield f"{is_open} AND {scarce}", self.reading.together(), self.limit
            is_open += f" AND NOT ({scarce})"
        for n in self.counted if self.walked else []:
            yield f"{is_open} AND {self._is_apt(n)}", self._sorted(n), self.limit
            is_open += f" AND NOT {self._is_apt(n)}"
        yield from self._found_out(is_open)

    def _found_out(self, is_open: str) -> Iterator[Way]:
        none_few = [f"NOT {self._is_few(n)}" for n in self.sources]
        beyond = self.reading.beyond(REACHED)
        for n in self.sources:
            before, after = [is_open, *none_few[:n]], none_few[n + 1 :]
            if n in self.walked:
                chosen = f"({self._is_few(n)} OR {all_of([*after, *self._is_chosen(n)])})"
                yield from self._walk(n, all_of([*before, chosen]), beyond)
                continue
            yield all_of([*before, self._is_few(n)]), self._sorted(n), self.limit
            yield from self._walk(n, all_of([is_open, *none_few, *self._is_chosen(n)]), beyond)

    def _first_asked(self) -> Sequence[int]:
        return self.walked or [0]

    def _none_counted(self) -> list[str]:
        """That few say nothing of what is counted first."""
        return [f"NOT {self._is_few(n)}" for n in self.counted]

    def _chosen(self) -> str:
        """Which source reaches furthest with its first, and how far."""
        reach = " UNION ALL ".join(map(self._reach, self._first_asked()))
        order = f"at{self.reading.furthest_first}, n"
        return f"SELECT n, at FROM ({reach}) AS reach ORDER BY {order} LIMIT 1"

    def _reach(self, n: int) -> str:
        """Nowhere, where it was counted that few say something."""
        places = (self.reading.time_in_order(self.shape.soon, each) for each in self._among(n))
        at = self.reading.nearest(f"COALESCE(({each}), {self.reading.end})" for each in places)
        if self._none_counted():
            none = all_of(self._none_counted())
            at = f"CASE WHEN {none} THEN {at} ELSE {self.reading.start} END"
        return f"SELECT {n} AS n, {at} AS at"

    def _among(self, n: int) -> list[str]:
        return self.reading.among(n)

    def _soon(self) -> Iterator[Way]:
        """The page, as far as the first of the chosen source fill it."""
        first = self._first_asked()
        for n in first:
            gate = all_of([f"(SELECT n FROM chosen) = {n}", *self._none_counted()])
            asked = [self.reading.until(REACHED), *self.reading.passed(n), *self._others(n)]
            for each in self._among(n):
                looked = self.reading.looked_at(each, self.shape.soon + 1)
                yield gate, self._on_page(n, looked, asked), self.limit

    def _far(self, n: int) -> str:
        """NULL where few say so, else when the first beyond these was made.

        Counted as it is read: in order from where the page begins, or all that an index tells.
        """
        if self._is_counted_in_order(n):
            return self.reading.time_in_order(self.shape.few, *self._among(n))
        return self.reading.time_at(self.shape.few, f"seen{n} AS said")

    def _is_counted_in_order(self, n: int) -> bool:
        return self.is_followed and n in self.walked and len(self._among(n)) == 1

    def _near(self, n: int) -> str:
        """NULL where, from where the page begins, what says so lies sparsely among the like."""
        looked = self.reading.looked_at(self._among(n)[0], self.shape.few)
        rows = f"{looked}{where(self.reading.passed(n))}"
        return self.reading.time_at(self.shape.few // SPARSE, rows)

    def _apt(self, n: int) -> str:
        """NULL where others are rarely said of the first that an index tells to say so."""
        few = f"({self.reading.few(n, self.shape.sample, newest=True)}) AS said"
        return self.reading.time_at(
            self.shape.sample // self.shape.apt, f"{few}{where(self._others(n))}"
        )

    def _gathered(self, n: int) -> str:
        few = f"({self.reading.few(n, self.shape.few)}) AS said"
        return f"SELECT said.pk FROM {few}{where(self._others(n))}"

    def _sorted(self, n: int) -> str:
        """What few say, sorted before others are asked of it: few are, where most fulfil all."""
        in_order = self.reading.few_in_order(n, self.shape.few)
        asked = where([*self._others(n, few=True), self.reading.is_on_page])
        return f"SELECT {self.reading.columns} FROM {in_order}{asked}{self.reading.sorted_again}"

    def _walk(self, n: int, gate: str, *beyond: str) -> Iterator[Way]:
        """The page in its order, read from what says so."""
        others = self._others(n, few=bool(beyond))
        asked = [*self.reading.passed(n), *self.reading.bounds, *beyond, *others]
        for each in self._among(n):
            yield gate, self._on_page(n, f"{each} AS said", asked), self.limit

    def _on_page(self, n: int, rows: str, asked: Iterable[str]) -> str:
        return self.reading.in_order(n, f"{rows}{where([*asked, self.reading.is_on_page])}")

    def _others(self, told: int, *, few: bool = False) -> Iterator[str]:
        """What is asked besides of a row that an index tells to say what `told` asks.

        With `few`, what few say is looked up among them.
        """
        for n, each in enumerate(self.shape.sources):
            if n != told:
                yield self._among_few(n) if few else self.reading.asked(n)
            elif not each.is_seen_whole:
                yield self.reading.asked(n)

    def _among_few(self, n: int) -> str:
        asked = self.reading.asked(n)
        if n not in self.gathered or not self.sources[n].is_seen_whole:
            return asked
        among = f"said.pk IN ({self.reading.few(n, self.shape.few, 'said.pk')})"
        return f"CASE WHEN {self._is_few(n)} THEN {among} ELSE {asked} END"

    def _is_few(self, n: int) -> str:
        return f"((SELECT at FROM far{n}) IS NULL)"

    def _is_apt(self, n: int) -> str:
        return f"(SELECT so FROM apt{n})"

    def _is_chosen(self, n: int) -> list[str]:
        """Of sources that many fulfil: the first that lies sparsely where the page begins, else
        of those so indexed the one that reaches furthest, else the first."""
        sparse = {other: self._is_sparse(other) for other in self.gathered}
        none_sparse = [f"NOT {gate}" for gate in sparse.values()]
        if len(self.sources) == 1:
            return []
        if n in self.walked:
            return [*none_sparse, *self._reaches_furthest(n)]
        before = [f"NOT {gate}" for other, gate in sparse.items() if other < n]
        if self.walked or n != min(sparse):
            return [*before, sparse[n]]
        return [f"({sparse[n]} OR {all_of(none_sparse)})"]

    def _is_sparse(self, n: int) -> str:
        """Where it was asked of those looked at, and of hardly any was it said, that is known."""
        near = f"(SELECT at FROM near{n}) IS NULL"
        is_known = self.walked and self.gathered == [n]
        return f"({FOUND_SOON} < {self.shape.scarce} OR {near})" if is_known else f"({near})"

    def _reaches_furthest(self, n: int) -> list[str]:
        further = "<" if self.shape.descending else ">"
        return [
            f"(SELECT at FROM far{n}) {further}{'' if other < n else '='}"
            f" (SELECT at FROM far{other})"
            for other in self.walked
            if other != n
        ]
