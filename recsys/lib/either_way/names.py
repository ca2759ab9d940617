"""What a statement asks for by name: values, and rows that are found by them."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from recsys.lib.either_way.dialects import Dialect
from recsys.lib.either_way.said import Said, Source, Sql
from recsys.lib.page_order import PageOrder

COLUMNS = {"page": "page (pk, at)"}


class Names:
    """Each stands for its text: what it names is found anew wherever it is asked for."""

    def __init__(
        self,
        said: Said,
        sources: Sequence[Source],
        page: PageOrder,
        compiler: Any,
        dialect: Dialect,
    ) -> None:
        self.said, self.sources, self.dialect = said, sources, dialect
        self.page, self.compiler = page, compiler

    def told(self, names: Sequence[str], text: str) -> Sql:
        """A text that asks for these, after them."""
        known = dict(self._known())
        views = Sql.joined(", ", (_view(name, known[name]()) for name in names))
        return Sql(text.format(names=views.text), views.parameters)

    def _known(self) -> Iterator[tuple[str, Callable[[], Sql]]]:
        yield "page", lambda: self._compiled(self.page.told())
        yield "plain", lambda: self._compiled(self.page.keys())
        yield "together", lambda: self.said.with_keys(self.sources)
        for n, (_, lookup) in enumerate(self.page.bounds()):
            yield f"bound{n}", partial(self._bound, lookup)
        for n, source in enumerate(self.sources):
            yield f"whole{n}", partial(self.said.known, source, self.dialect)
            yield f"seen{n}", partial(self.said.rows, source.seen, self.dialect)
            yield f"passed{n}", partial(Sql.of_values, source.passed.parameters)
            for place, among in enumerate(source.among):
                yield f"among{n}_{place}", partial(self.said.rows, among, self.dialect)

    def _bound(self, lookup: Any) -> Sql:
        value, parameters = lookup.process_rhs(self.compiler, self.compiler.connection)
        return Sql(f"SELECT {value} AS at", tuple(parameters))

    def _compiled(self, query: Any) -> Sql:
        text, parameters = query.get_compiler(connection=self.compiler.connection).as_sql()
        return Sql(text, tuple(parameters))


def _view(name: str, rows: Sql) -> Sql:
    return rows.within(f"{COLUMNS.get(name, name)} AS NOT MATERIALIZED ({{sql}})")
