"""A condition for a queryset: that other rows say something of its rows."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Expression

from recsys.lib.either_way.dialects import POSTGRESQL, SQLITE, Dialect
from recsys.lib.either_way.names import Names
from recsys.lib.either_way.said import Said, Source, Sql, asked
from recsys.lib.either_way.ways import shape_of, statement
from recsys.lib.page_order import PageOrder, is_page, is_told

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
        return Sql.all_of(self._asked_of(each, compiler, dialect) for each in self.sources)

    def _asked_of(self, source: Source, compiler: Any, dialect: Dialect) -> Sql:
        known, time = self.said.known(source, dialect), f"{_row(compiler)}.{self.said.time}"
        text = asked(source, f"({known.text})", _key(compiler), time, dialect)
        return Sql(text, known.parameters)


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
        page = PageOrder.of(compiler.query, self.said.time)
        names = Names(self.said, self.sources, page, compiler, dialect)
        keys = names.told(*statement(shape_of(self.sources, page, dialect)))
        return keys.within(f"{_key(compiler)} {among}")


def _row(compiler: Any) -> str:
    return str(compiler.quote_name_unless_alias(compiler.query.get_initial_alias()))


def _key(compiler: Any) -> str:
    return f"{_row(compiler)}.{compiler.query.get_meta().pk.column}"
