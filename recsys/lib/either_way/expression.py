"""A condition for a queryset: that other rows say something of its rows."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression

from recsys.lib.either_way.dialects import POSTGRESQL, SQLITE, Dialect
from recsys.lib.either_way.said import Said, Source, Sql
from recsys.lib.either_way.ways import Ways
from recsys.lib.page_order import is_page, is_told

TOLD = Sql("1 = 1")


class AskedOfEach(Expression):
    """That all of `sources` hold of a row, asked of each: where few come into question."""

    output_field = BooleanField()

    def __init__(self, said: Said, sources: Sequence[Source]) -> None:
        super().__init__()
        self.said, self.sources = said, sources

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self._asked(compiler, SQLITE)

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self._asked(compiler, POSTGRESQL)

    def _asked(self, compiler: Any, dialect: Dialect) -> Sql:
        row, key = _row(compiler), _key(compiler)
        sources = self._sources(dialect)
        return Sql.all_of(self.said.asked(each, key, row, dialect) for each in sources)

    def _sources(self, dialect: Dialect) -> list[Source]:
        return [each.of_values(dialect) for each in self.sources]


class FoundEitherWay(AskedOfEach):
    """That all of `sources` hold of a row; what may be fewest comes first. Not to be negated.

    The rows of a page that it makes are asked each, unless they were found by it.
    """

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        return self._found(compiler, SQLITE, "IN ({sql})")

    def as_postgresql(self, compiler: Any, connection: BaseDatabaseWrapper, **context: Any) -> Sql:
        """As an array the keys are few to the planner, and looked up in one descent."""
        return self._found(compiler, POSTGRESQL, "= ANY(ARRAY({sql}))")

    def _found(self, compiler: Any, dialect: Dialect, among: str) -> Sql:
        if is_told(compiler.query):
            return TOLD
        if is_page(compiler.query):
            return self._asked(compiler, dialect)
        keys = Ways(self.said, self._sources(dialect), compiler, dialect).keys()
        return keys.within(f"{_key(compiler)} {among}")


def _row(compiler: Any) -> str:
    return str(compiler.quote_name_unless_alias(compiler.query.get_initial_alias()))


def _key(compiler: Any) -> str:
    return f"{_row(compiler)}.{compiler.query.get_meta().pk.column}"
