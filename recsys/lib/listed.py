"""Rows named by a list: looked up in its order, as many as are wanted, in one statement.

    NAMED = Parameter("ids")
    live = Prepared(lambda: in_turn(Item.objects.live(NOW), NAMED, most=20).values("id", "title"))

The list is a table the rows are joined to. So they are found by their key whatever else could be
looked up in an index (with `id = ANY(…)` PostgreSQL gathered every live item of 20,000 from one,
to intersect it with thirty), and what is shown is made of the first `most` rows alone.
"""

from typing import Any

from django.db.models import Expression, F, IntegerField, QuerySet
from django.db.models.sql.constants import INNER

from recsys.lib.prepared import ListOf, Parameter


def in_turn(rows: QuerySet[Any], ids: Parameter, *, most: int) -> QuerySet[Any]:
    """Of `rows` those whose primary key is among `ids`, none of them twice, in that order."""
    named = rows.order_by(_Place())
    query: Any = named.query
    query.alias_map[_Named.table_alias] = _Named(ids, F("pk").resolve_expression(query))
    query.alias_refcount[_Named.table_alias] = 1
    return named[:most]


class _Named:
    """In FROM: the list as a table of `value` and `rowid`, its place."""

    table_alias = table_name = "named"
    join_type, parent_alias = INNER, None

    def __init__(self, ids: Parameter, key: Any) -> None:
        self._ids, self._key = ids, key

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        key, _ = compiler.compile(self._key)
        table = (
            "json_each(%s) AS named"
            if connection.vendor == "sqlite"
            else "unnest(%s::bigint[]) WITH ORDINALITY AS named(value, rowid)"
        )
        return f"INNER JOIN {table} ON named.value = {key}", [ListOf(self._ids)]


class _Place(Expression):
    """Where in the list a row's key stands."""

    output_field: Any = IntegerField()

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_more: Any) -> Any:
        return "named.rowid", []
