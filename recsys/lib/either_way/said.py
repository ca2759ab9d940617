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

    def of_values(self, dialect: Dialect) -> "Sql":
        """The same with its values as the dialect writes them."""
        return Sql(self.text.replace("%s", dialect.value), self.parameters)


EVERYTHING = Sql("TRUE")
AMONG_KEYS = "(SELECT %s::tsquery)"


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

    def of_values(self, dialect: Dialect) -> Self:
        """The same with its values as the dialect writes them."""
        return replace(
            self,
            whole=self.whole.of_values(dialect),
            seen=self.seen.of_values(dialect),
            among=[each.of_values(dialect) for each in self.among],
            passed=self.passed.of_values(dialect),
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

    def rows(self, *conditions: Sql) -> Sql:
        """The table, where it fulfils the conditions."""
        return Sql.all_of(conditions).within(f"{self.table} AS said WHERE {{sql}}")

    def asked(self, source: Source, key: str, row: str, dialect: Dialect) -> Sql:
        """Whether something says so of what `key` names, and has the time of `row`."""
        says_so = self._by_keys if self._has_keys(source, dialect) else self._by_rows
        exists = says_so(source, key, row).within(f"EXISTS ({{sql}}{dialect.fence})")
        return exists.within("NOT {sql}") if source.is_negative else exists

    def _has_keys(self, source: Source, dialect: Dialect) -> bool:
        return dialect.has_together and source.is_told_by_keys

    def _by_rows(self, source: Source, key: str, row: str) -> Sql:
        text = source.whole.text.replace("said.", "other.")
        one = f"other.{self.key} = {key} AND other.{self.time} = {row}.{self.time}"
        return Sql(
            f"SELECT 1 FROM {self.table} AS other WHERE {one} AND {text}", source.whole.parameters
        )

    def _by_keys(self, source: Source, key: str, row: str) -> Sql:
        """All that is said of a row lies in one place, which is found in half the time."""
        one = f"other.{self.key} = {key} AND other.keys @@ {AMONG_KEYS}"
        return Sql(f"SELECT 1 FROM {self.together} AS other WHERE {one}", ("|".join(source.keys),))

    def with_keys(self, sources: Iterable[Source]) -> Sql:
        """Of which rows what the keys of all these sources are found with is said."""
        terms = (
            f"{'!' if each.is_negative else ''}({'|'.join(each.keys)})"
            for each in sources
            if each.keys
        )
        known = f"SELECT {self.key} FROM {self.together} WHERE keys @@ {AMONG_KEYS}"
        return Sql(known, (" & ".join(terms),))
