"""What is said of rows by other rows, and conditions on it, in SQL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple, Self

from recsys.lib.either_way.dialects import Dialect


class Sql(NamedTuple):
    """A condition on a row of what is said, whose alias is `said`; and its parameters."""

    text: str
    parameters: tuple[Any, ...] = ()

    @classmethod
    def all_of(cls, parts: Iterable["Sql"]) -> "Sql":
        return cls.joined(" AND ", parts, "TRUE")

    @classmethod
    def joined(cls, by: str, parts: Iterable["Sql"], of_none: str = "") -> "Sql":
        parts = list(parts)
        text = by.join(part.text for part in parts) or of_none
        return cls(text, tuple(value for part in parts for value in part.parameters))

    def within(self, template: str, **others: Any) -> "Sql":
        """This as `sql` of a template."""
        return Sql(template.format(sql=self.text, **others), self.parameters)

    @classmethod
    def of_values(cls, values: tuple[Any, ...]) -> "Sql":
        """One row of these values, as `v0`, `v1`, …"""
        return cls("SELECT " + ", ".join(f"%s AS v{n}" for n in range(len(values))), values)

    def naming(self, row: str) -> str:
        """The same without its values, which a row of that name has."""
        parts = self.text.split("%s")
        named = (f"(SELECT v{n} FROM {row}){part}" for n, part in enumerate(parts[1:]))
        return "".join([parts[0], *named])

    def hidden(self, dialect: Dialect) -> "Sql":
        """The same with its values as the dialect writes them."""
        return Sql(self.text.replace("%s", dialect.value), self.parameters)


EVERYTHING = Sql("TRUE")


@dataclass(frozen=True)
class Source:
    """A part of a condition on rows, and the other rows that say so of them."""

    whole: Sql
    """What a row fulfils that says so."""
    seen: Sql
    """As much of it as an index tells: cheap to count."""
    among: Sequence[Sql]
    """What an index has in the order of the page: all that says so, and perhaps more."""
    grows: str = ""
    """What `seen` is indexed by of which newer rows mostly have more, if anything."""
    passed: Sql = EVERYTHING
    """What of those says so, told by what that index holds."""
    is_negative: bool = False
    """Whether nothing may say so; then there is nothing to read it from."""
    keys: Sequence[str] = ()
    """One of which every row has that says so, where a table holds those of each row together."""
    is_told_by_keys: bool = False
    """Whether no other row has one. What nothing may say has keys only then."""

    @property
    def is_indexed_so(self) -> bool:
        """Whether reading in order passes over nothing, and meets a row once."""
        return self.passed == EVERYTHING

    @property
    def is_seen_whole(self) -> bool:
        return self.whole == self.seen

    def wording(self) -> Self:
        """The same without its values; of keys remains whether there are any."""
        return replace(
            self,
            whole=Sql(self.whole.text),
            seen=Sql(self.seen.text),
            among=tuple(Sql(each.text) for each in self.among),
            passed=Sql(self.passed.text),
            keys=("",) if self.keys else (),
        )


@dataclass(frozen=True)
class Said:
    """The table of what is said. Its rows have the time of the row that they speak of."""

    table: str
    key: str
    """The column with the key of the row that is spoken of."""
    time: str
    """The column with its time, which has the same name there."""
    seen: Sequence[str]
    """The other columns that an index in the order of time holds."""
    together: str
    """On PostgreSQL: a table with that key, and as `keys`, a tsvector, all that is said of it."""

    def rows(self, condition: Sql, dialect: Dialect) -> Sql:
        """What fulfils it: of whom it speaks, when that was made, and what an index holds."""
        columns = ", ".join([f"{self.key} AS pk", f"{self.time} AS at", *self.seen])
        rows = f"SELECT {columns} FROM {self.table} AS said WHERE {{sql}}"
        return condition.hidden(dialect).within(rows)

    def known(self, source: Source, dialect: Dialect) -> Sql:
        """Of whom all that a source asks is said."""
        if is_known_by_keys(source, dialect):
            return self._with_keys("|".join(source.keys))
        return self.rows(source.whole, dialect)

    def with_keys(self, sources: Iterable[Source]) -> Sql:
        """Of whom what the keys of all these sources are found with is said."""
        terms = (
            f"{'!' if each.is_negative else ''}({'|'.join(each.keys)})"
            for each in sources
            if each.keys
        )
        return self._with_keys(" & ".join(terms))

    def _with_keys(self, asked: str) -> Sql:
        known = f"SELECT {self.key} AS pk FROM {self.together} WHERE keys @@ (SELECT %s::tsquery)"
        return Sql(known, (asked,))


def is_known_by_keys(source: Source, dialect: Dialect) -> bool:
    """Whether it is asked where all that is said of a row lies together: in half the time."""
    return dialect.has_together and source.is_told_by_keys


def asked(source: Source, known: str, key: str, time: str, dialect: Dialect) -> str:
    """Whether `known`, which names or reads what is known of a source, has this row's key."""
    one = f"other.pk = {key}"
    if not is_known_by_keys(source, dialect):
        one += f" AND other.at = {time}"
    exists = f"EXISTS (SELECT 1 FROM {known} AS other WHERE {one}{dialect.fence})"
    return f"NOT {exists}" if source.is_negative else exists
