"""Text that begins with something, found by index on every database.

SQLite's LIKE ignores case and, with an ESCAPE clause as Django writes it, its indexes; PostgreSQL
uses a B-tree for LIKE only where the index says so or the locale is C.
"""

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


def begins(
    column: str, beginning: str, vendor: str, until: str | None = None
) -> tuple[str, tuple[str, str]]:
    """SQL, and its parameters: with these very letters; case matters, everywhere.

    A range, which an index serves whatever the letters are: a LIKE is planned for its pattern.
    `until` names the column otherwise, for a planner that is not to see the two ends as one.
    """
    from_, before = (">=", "<") if vendor == "sqlite" else ("~>=~", "~<~")
    text = f"({column} {from_} %s AND {until or column} {before} %s)"
    return text, (beginning, beginning + LAST_CHARACTER)
