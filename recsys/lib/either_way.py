"""Rows of which other rows say something, found from what is said or in the order of the page.

Where few rows fulfil a condition they are quickly gathered and sorted; where many do, reading what
is said in the order asked for soon fills a page, and what says otherwise is passed over by index
alone. SQLite keeps no frequencies and would always do the same, and PostgreSQL's are often wrong
where conditions go together; so the statement holds every way, and finds out, up to a limit, which
one to go.

What is said is asked in SQL: the same in the ORM's words took eight times as long to compile as a
plain filter, and longer than the database took to answer.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression, Model

from recsys.lib.page_order import PageOrder, is_page, is_told
from recsys.lib.planned import with_values

FEW = {"sqlite": 6_000, "postgresql": 4_500}
"""As many are gathered and sorted in about the time of a plain filter that leaves as many."""


SPARSE = 16
"""What fewer than one of so many say is passed over faster than others are asked for it."""


class Sql(NamedTuple):
    """A condition on a row of what is said, whose alias is `said`; and its parameters."""

    text: str
    parameters: tuple[Any, ...] = ()

    @classmethod
    def all_of(cls, parts: Iterable["Sql"]) -> "Sql":
        parts = list(parts)
        text = " AND ".join(part.text for part in parts) or "TRUE"
        return cls(text, tuple(value for part in parts for value in part.parameters))


EVERYTHING = Sql("TRUE")


@dataclass(frozen=True)
class Source:
    """A part of a condition on rows, and the other rows that say so of them."""

    whole: Sql
    """What a row fulfils that says so."""
    seen: Sql
    """As much of it as an index tells: cheap to count."""
    in_order: Sequence[Sql]
    """For reading by an index in the order of the page what says so; together all of it."""
    among: Sql = EVERYTHING
    """What is read so, where that is more than what says so."""
    is_indexed_so: bool = False
    """Whether that passes over nothing and meets a row once: few are found so, too."""
    is_negative: bool = False
    """Whether nothing may say so; then there is nothing to read it from."""


class FoundEitherWay(Expression):
    """That all of `sources` hold of a row; what may be fewest comes first. Not to be negated.

    `said` is the model of what is said, and `key` its column with the row's key. Its rows have
    the time of the row that they speak of, under the same name: `time`.
    """

    output_field = BooleanField()

    def __init__(self, sources: Sequence[Source], said: type[Model], key: str, time: str) -> None:
        super().__init__()
        self.sources = sources
        self.table, self.key, self.time = said._meta.db_table, key, time

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        """What the page's rows are asked, unless they were found by it; elsewhere, all that is."""
        if is_told(compiler.query):
            return Sql("1 = 1")
        row, key = _alias(compiler), compiler.query.get_meta().pk.column
        return Sql.all_of(self._asked(each, f"{row}.{key}", row) for each in self.sources)

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        """A limit is asked once; a condition that never changes would be, of every row."""
        if is_page(compiler.query):
            return self.as_sql(compiler, connection)
        gated = "SELECT pk FROM ({rows} LIMIT CASE WHEN {gate} THEN {limit} ELSE 0 END)"
        keys, parameters = self._keys(compiler, connection, gated, unlimited="-1")
        return Sql(f"{_key(compiler)} IN ({keys})", parameters)

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        """As an array the keys are few to the planner, and looked up in one descent."""
        if is_page(compiler.query):
            return self.as_sql(compiler, connection)
        gated = "SELECT pk FROM ({rows} LIMIT {limit}) AS way WHERE {gate}"
        keys = with_values(connection, *self._keys(compiler, connection, gated, unlimited="ALL"))
        return Sql(f"{_key(compiler)} = ANY(ARRAY({keys}))")

    def _keys(
        self, compiler: Any, connection: BaseDatabaseWrapper, gated: str, unlimited: str
    ) -> Sql:
        """The keys that come by the way whose gate is open."""
        ways = _Ways(self, compiler, connection)
        selects: list[str] = []
        parameters: list[Any] = []
        gates = ""
        for gate, rows, limit in ways:
            most = unlimited if limit is None else limit
            selects.append(gated.format(rows=rows.text, limit=most, gate=gate))
            parameters += rows.parameters
            gates += gate
        probes = [(name, sql) for name, sql in ways.probes() if name in gates]
        said = [f"{name} AS (SELECT ({sql.text}) AS at)" for name, sql in probes]
        before = [value for _, sql in probes for value in sql.parameters]
        counted = f"WITH {', '.join(said)} " if said else ""
        return Sql(counted + " UNION ALL ".join(selects), (*before, *parameters))

    def rows(self, *conditions: Sql) -> Sql:
        """The table of what is said, where it fulfils the conditions."""
        condition = Sql.all_of(conditions)
        return Sql(f"{self.table} AS said WHERE {condition.text}", condition.parameters)

    def asked_besides(self, told: Source, fence: str, *, whole: bool) -> list[Sql]:
        """What is asked of a row that says what `told` asks, or not the `whole` of it."""
        others = [each for each in self.sources if each is not told]
        rest = [] if whole or told.whole == told.seen else [told]
        key = f"said.{self.key}"
        return [self._asked(each, key, "said", fence) for each in (*others, *rest)]

    def _asked(self, source: Source, key: str, row: str, fence: str = "") -> Sql:
        """Whether something says so of what `key` names, and has the time of `row`."""
        text = source.whole.text.replace("said.", "other.")
        exists = (
            f"EXISTS (SELECT 1 FROM {self.table} AS other WHERE other.{self.key} = {key}"
            f" AND other.{self.time} = {row}.{self.time} AND {text}{fence})"
        )
        return Sql(f"NOT {exists}" if source.is_negative else exists, source.whole.parameters)


class _Ways:
    """From which of the sources the rows are read, and by which of them that is told."""

    def __init__(self, found: FoundEitherWay, compiler: Any, connection: Any) -> None:
        self.found, self.compiler, self.connection = found, compiler, connection
        self.page = PageOrder.of(compiler.query, found.time)
        positive = (each for each in found.sources if not each.is_negative)
        self.sources = dict(enumerate(positive))
        self.few = FEW[connection.vendor]
        # What PostgreSQL must not turn into a join: it would misjudge, and read everything first.
        self.fence = " OFFSET 0" if connection.vendor == "postgresql" else ""
        followed = self.page.is_followed
        self.walked = [n for n, each in self.sources.items() if each.is_indexed_so and followed]

    def __iter__(self) -> Iterator[tuple[str, Sql, int | None]]:
        """(gate, rows with their `pk`, limit) of each; the gates of one way are open."""
        none_few = [f"NOT {_is_few(n)}" for n in self.sources]
        for n, source in self.sources.items():
            before, after = none_few[:n], none_few[n + 1 :]
            if n in self.walked:
                alone = len(self.sources) == 1
                chosen = f"({_is_few(n)} OR {_all([*after, *self._is_chosen(n)])})"
                yield from self._walk(source, "TRUE" if alone else _all([*before, chosen]))
                continue
            yield _all([*before, _is_few(n)]), self._gathered(source), None
            if self.page.is_followed:
                yield from self._walk(source, _all([*none_few, *self._is_chosen(n)]))
        if not (self.sources and self.page.is_followed):
            yield _all(none_few), self._compiled(self.page.keys()), self.page.limit

    def probes(self) -> Iterator[tuple[str, Sql]]:
        """What the gates ask, by name."""
        for n in self.sources:
            yield _far(n), self._far(n)
        for n in self.sources:
            if n not in self.walked:
                yield _near(n), self._near(n)

    def _far(self, n: int) -> Sql:
        """When the first beyond a few was made, from where the page begins; NULL where few are."""
        source = self.sources[n]
        if n in self.walked and len(source.in_order) == 1:
            return self._time_beyond(*source.in_order, *self._bounds(), order=self._order())
        return self._time_beyond(source.seen)

    def _near(self, n: int) -> Sql:
        """NULL where, from where the page begins, what says so lies sparsely among the like."""
        source = self.sources[n]
        last = self._time_beyond(source.among, *self._bounds(), order=self._order())
        within = ">=" if self.page.descending else "<="
        until = Sql(f"said.{self.found.time} {within} ({last.text})", last.parameters)
        rows = self.found.rows(*source.in_order, *self._bounds(), until)
        return Sql(
            f"SELECT 1 FROM {rows.text} LIMIT 1 OFFSET {self.few // SPARSE}", rows.parameters
        )

    def _time_beyond(self, *conditions: Sql, order: str = "") -> Sql:
        rows = self.found.rows(*conditions)
        text = f"SELECT said.{self.found.time} FROM {rows.text}{order} LIMIT 1 OFFSET {self.few}"
        return Sql(text, rows.parameters)

    def _gathered(self, source: Source) -> Sql:
        asked = self.found.asked_besides(source, self.fence, whole=True)
        rows = self.found.rows(source.whole, *asked)
        return Sql(f"SELECT said.{self.found.key} AS pk FROM {rows.text}", rows.parameters)

    def _walk(self, source: Source, gate: str) -> Iterator[tuple[str, Sql, int | None]]:
        """The page in its order, read from what says so."""
        page, key = self._compiled(self.page.keys(told=True)), f"said.{self.found.key}"
        page_asked = f"SELECT 1 FROM ({page.text}) AS page WHERE page.pk = {key}{self.fence}"
        asked = [
            *self._bounds(),
            *self.found.asked_besides(source, self.fence, whole=False),
            Sql(f"EXISTS ({page_asked})", page.parameters),
        ]
        columns = f"{key} AS pk, said.{self.found.time}"
        once = "" if source.is_indexed_so else "DISTINCT "
        for each in source.in_order:
            rows = self.found.rows(each, *asked)
            select = f"SELECT {once}{columns} FROM {rows.text}{self._order()}"
            yield gate, Sql(select, rows.parameters), self.page.limit

    def _is_chosen(self, n: int) -> list[str]:
        """Of sources that many fulfil: the first that lies sparsely where the page begins, else
        of those so indexed the one that reaches furthest, else the first."""
        sparse = {other: _is_sparse(other) for other in self.sources if other not in self.walked}
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
            f"{_at(_far(n))} {further}{'' if other < n else '='} {_at(_far(other))}"
            for other in self.walked
            if other != n
        ]

    def _bounds(self) -> list[Sql]:
        bounds = []
        for operator, lookup in self.page.bounds():
            value, parameters = lookup.process_rhs(self.compiler, self.connection)
            bounds.append(Sql(f"said.{self.found.time} {operator} {value}", tuple(parameters)))
        return bounds

    def _order(self) -> str:
        way = " DESC" if self.page.descending else ""
        return f" ORDER BY said.{self.found.time}{way}, said.{self.found.key}{way}"

    def _compiled(self, query: Any) -> Sql:
        text, parameters = query.get_compiler(connection=self.connection).as_sql()
        return Sql(text, tuple(parameters))


def _far(n: int) -> str:
    return f"far{n}"


def _near(n: int) -> str:
    return f"near{n}"


def _at(probe: str) -> str:
    return f"(SELECT at FROM {probe})"


def _is_few(n: int) -> str:
    return f"({_at(_far(n))} IS NULL)"


def _is_sparse(n: int) -> str:
    return f"({_at(_near(n))} IS NULL)"


def _all(gates: Iterable[str]) -> str:
    return " AND ".join(gates) or "TRUE"


def _alias(compiler: Any) -> str:
    return str(compiler.quote_name_unless_alias(compiler.query.get_initial_alias()))


def _key(compiler: Any) -> str:
    return f"{_alias(compiler)}.{compiler.query.get_meta().pk.column}"
