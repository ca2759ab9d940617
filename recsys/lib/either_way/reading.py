"""Pieces of SQL that read what is said, in the order of a page and as far as it goes.

They have no values: these are given where the statement begins, under names by which it asks for
them. So each is given once, however many pieces ask for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from recsys.lib.either_way.dialects import Dialect
from recsys.lib.either_way.said import Source, asked, is_known_by_keys


@dataclass(frozen=True)
class Shape:
    """All that the text of a statement depends on."""

    sources: tuple[Source, ...]
    """As they are worded."""
    operators: tuple[str, ...]
    """Of the moments at which the page may begin or end."""
    descending: bool | None
    """Which way the page follows the order of what is said, if it does."""
    limit: int | None
    dialect: Dialect
    few: int
    soon: int
    scarce: int
    sample: int
    apt: int


class Reading:
    """Of a page, whose rows something is said of: of these the pieces have key and time."""

    columns = "said.pk, said.at"

    def __init__(self, shape: Shape) -> None:
        self.sources, self.dialect = shape.sources, shape.dialect
        self.descending = shape.descending
        self.order = self._by("said.at", "said.pk")
        self.bounds = [
            f"said.at {operator} (SELECT at FROM bound{n})"
            for n, operator in enumerate(shape.operators)
        ]

    def names(self) -> Iterator[str]:
        """What the pieces may ask for."""
        yield from ("page", "plain", "together")
        yield from (f"bound{n}" for n in range(len(self.bounds)))
        for n in range(len(self.sources)):
            yield from (f"whole{n}", f"seen{n}", *self.among(n), f"passed{n}")

    def among(self, n: int) -> list[str]:
        return [f"among{n}_{place}" for place in range(len(self.sources[n].among))]

    @property
    def start(self) -> str:
        """A time before that of any row."""
        return self.dialect.ends[1 if self.descending else 0]

    @property
    def end(self) -> str:
        """A time further than that of any row."""
        return self.dialect.ends[0 if self.descending else 1]

    @property
    def furthest_first(self) -> str:
        return "" if self.descending else " DESC"

    def nearest(self, times: Iterable[str]) -> str:
        """Which of several times comes first on the page."""
        times = list(times)
        if len(times) == 1:
            return times[0]
        extreme = self.dialect.extremes[1 if self.descending else 0]
        return f"{extreme}({', '.join(times)})"

    def until(self, time: str) -> str:
        return f"said.at {'>=' if self.descending else '<='} {time}"

    def beyond(self, time: str) -> str:
        return f"said.at {'<=' if self.descending else '>='} {time}"

    def passed(self, n: int) -> list[str]:
        """Of rows that an index has in the order of the page: that the source's value is said."""
        source = self.sources[n]
        return [] if source.is_indexed_so else [source.passed.naming(f"passed{n}")]

    def looked_at(self, among: str, most: int) -> str:
        """The first that an index has in the order of the page, whether or not they pass."""
        rows = f"{among} AS said{where(self.bounds)}{self.order}"
        return f"(SELECT * FROM {rows} LIMIT {most}) AS said"

    def time_at(self, place: int, rows: str) -> str:
        """The time of the row at a place, from zero; NULL where there are fewer."""
        return f"SELECT said.at FROM {rows} LIMIT 1 OFFSET {place}"

    def time_in_order(self, place: int, among: str) -> str:
        return self.time_at(place, f"{among} AS said{where(self.bounds)}{self.order}")

    def few(self, n: int, most: int, columns: str = columns, *, newest: bool = False) -> str:
        """What an index tells to say so, where few do; the limit tells the planner that.

        With `newest` it begins with what is probably so: what is to be sorted is so soonest then.
        """
        grows = self.sources[n].grows if newest and self.descending else ""
        order = f" ORDER BY {grows} DESC" if grows else ""
        return f"SELECT {columns} FROM seen{n} AS said{order} LIMIT {most}"

    def few_in_order(self, n: int, most: int) -> str:
        """Each once. The limit is no less than they are, and keeps SQLite from asking them all
        what is asked of the first before it sorts them."""
        few = f"({self.few(n, most, newest=True)}) AS said{where(self.bounds)}"
        return f"(SELECT DISTINCT {self.columns} FROM {few}{self.order} LIMIT {most}) AS said"

    @property
    def sorted_again(self) -> str:
        """What was sorted comes so; SQLite would sort it again, PostgreSQL knows that it is."""
        return self.order if self.dialect.knows_what_is_sorted else ""

    def in_order(self, n: int, rows: str) -> str:
        once = "" if self.sources[n].is_indexed_so else "DISTINCT "
        return f"SELECT {once}{self.columns} FROM {rows}{self.order}"

    def asked(self, n: int, row: str = "said") -> str:
        source = self.sources[n]
        by_keys = is_known_by_keys(source, self.dialect)
        known = f"seen{n}" if source.is_seen_whole and not by_keys else f"whole{n}"
        return asked(source, known, f"{row}.pk", f"{row}.at", self.dialect)

    @property
    def is_on_page(self) -> str:
        """Whether the page may have the row that something is said of."""
        return f"EXISTS (SELECT 1 FROM page WHERE page.pk = said.pk{self.dialect.fence})"

    def together(self) -> str:
        """The page's rows of which all is said, found by the keys of it."""
        rest = (
            self.asked(n, "page")
            for n, each in enumerate(self.sources)
            if not each.is_told_by_keys
        )
        known = "page.pk = ANY(ARRAY(SELECT pk FROM together))"
        return f"SELECT page.pk FROM page{where([known, *rest])}{self._by('page.at', 'page.pk')}"

    def _by(self, *columns: str) -> str:
        way = " DESC" if self.descending else ""
        return f" ORDER BY {', '.join(f'{column}{way}' for column in columns)}"


def all_of(conditions: Iterable[str]) -> str:
    return " AND ".join(conditions) or "TRUE"


def where(conditions: Iterable[str]) -> str:
    text = " AND ".join(conditions)
    return f" WHERE {text}" if text else ""
