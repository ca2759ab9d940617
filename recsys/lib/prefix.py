"""Text that begins with something, found by index on every database.

SQLite's LIKE ignores case and, with an ESCAPE clause as Django writes it, its indexes; PostgreSQL
uses a B-tree for LIKE only where the index says so or the locale is C.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Index
from django.db.models.lookups import StartsWith

LAST_CHARACTER = chr(0x10FFFF)


class PrefixIndex(Index):
    """A B-tree over text and numbers that also serves prefixes of the text.

    `opclasses` are PostgreSQL's own and left out elsewhere.
    """

    def create_sql(self, model: Any, schema_editor: Any, using: str = "", **kwargs: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            return super().create_sql(model, schema_editor, using=using, **kwargs)
        plain = Index(fields=self.fields, name=self.name)
        return plain.create_sql(model, schema_editor, using=using, **kwargs)


@CharField.register_lookup
class Begins(StartsWith):
    """`head__begins="fo"`: with these very letters; case matters, everywhere."""

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        # Operators and casts are looked up by the name that databases know it by.
        return StartsWith(self.lhs, self.rhs).as_sql(compiler, connection)

    def as_sqlite(self, compiler: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        column, parameters = self.process_lhs(compiler, connection)
        between = [self.rhs, self.rhs + LAST_CHARACTER]
        return f"({column} >= %s AND {column} < %s)", [*parameters, *parameters, *between]
