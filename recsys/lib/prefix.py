"""Text that begins with something, found by index on every database.

SQLite's LIKE ignores case and, with an ESCAPE clause as Django writes it, its indexes; PostgreSQL
uses a B-tree for LIKE only where the index says so or the locale is C.
"""

import re
from typing import Any

from django.db.models import Index

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


def begins(column: str, beginning: str, vendor: str) -> tuple[str, tuple[str, ...]]:
    """SQL, and its parameters: with these very letters; case matters, everywhere."""
    if vendor == "sqlite":
        return f"({column} >= %s AND {column} < %s)", (beginning, beginning + LAST_CHARACTER)
    return f"{column} LIKE %s", (re.sub(r"([\\%_])", r"\\\1", beginning) + "%",)
