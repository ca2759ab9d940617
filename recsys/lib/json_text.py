"""Rows as JSON text, written by the database letter for letter as `media.to_json` writes them.

A page of twenty items spends more on making Python's dates and decimals, only to write them out
again, than on finding its rows. What the database has written is spliced into an answer as it is
(`orjson.Fragment`).

    Item.objects.values_list("id", JsonObject(id="id", title="title", ends="end_at"))
"""

from typing import Any

from django.db.models import DateTimeField, DecimalField, F, Field, Func, IntegerField, TextField


class JsonObject(Func):
    """An object of columns and other objects, in the order given.

    The first member tells whether there is one: where it is null, so is the whole object.
    """

    output_field: Any = TextField()

    def __init__(self, **members: "str | JsonObject") -> None:
        self.names = list(members)
        super().__init__(
            *(
                JsonValue(F(value)) if isinstance(value, str) else value
                for value in members.values()
            )
        )

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_more: Any) -> Any:
        first, *others = (compiler.compile(each) for each in self.get_source_expressions())
        values = [first[0], *(f"coalesce({sql}, 'null')" for sql, _ in others)]
        pairs = [f""""{name}":' || {sql}""" for name, sql in zip(self.names, values, strict=True)]
        text = " || ',".join(pairs)
        parameters = [parameter for _, given in (first, *others) for parameter in given]
        return f"('{{{text} || '}}')", parameters


class JsonValue(Func):
    """A column as JSON: numbers bare, decimals as text, moments in UTC; null stays SQL's null."""

    arity = 1
    output_field: Any = TextField()

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_more: Any) -> Any:
        (column,) = self.get_source_expressions()
        sql, parameters = compiler.compile(column)
        templates = SQLITE if connection.vendor == "sqlite" else OTHERS
        # Of a foreign key the column holds what the row it points at is known by.
        field = getattr(column.output_field, "target_field", column.output_field)
        template = next(text for kind, text in templates.items() if isinstance(field, kind))
        return template.format(sql), parameters


# How each kind of column is written; what none of the first three is, is text.
OTHERS: dict[type, str] = {
    IntegerField: "{0}::text",
    DecimalField: """'"' || {0} || '"'""",
    DateTimeField: """'"' || replace(to_char({0} AT TIME ZONE 'UTC',"""
    """ 'YYYY-MM-DD"T"HH24:MI:SS.US'), '.000000', '') || 'Z"'""",
    Field: "to_json({0})::text",
}
# SQLite keeps moments as text in UTC, decimals as floating-point numbers; `%%` is a per cent sign.
SQLITE: dict[type, str] = {
    IntegerField: "CAST({0} AS text)",
    DecimalField: """iif({0} IS NULL, NULL, printf('"%%.2f"', {0}))""",
    DateTimeField: """'"' || replace({0}, ' ', 'T') || 'Z"'""",
    Field: "json_quote({0})",
}
