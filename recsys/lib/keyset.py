"""Pages by position: the rows after a given row, in any ordering, nulls and ties included.

An ordering is a tuple of columns that ends in a unique one. The rows after `(a, b)` in the order
(x, y) are those with x beyond a, and those with x = a and y beyond b. Nulls come last whichever
way a column is sorted, on every database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from django.db.models import F, Field, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

NOTHING = Q(pk__in=[])


@dataclass(frozen=True)
class Column:
    field: Field[Any, Any]
    name: str
    descending: bool
    nulls_last: bool = True

    @classmethod
    def parse(cls, model: type[Model], term: str) -> Self:
        name = term.removeprefix("-")
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        return cls(field, field.attname, descending=term.startswith("-"))  # type: ignore[union-attr, arg-type]

    def reversed(self) -> Self:
        return replace(self, descending=not self.descending, nulls_last=not self.nulls_last)

    def order_by(self) -> OrderBy:
        # Where nulls go is said only where there are any: PostgreSQL's planner would not use a
        # plain index for an order that spells it out.
        nulls = {"nulls_last" if self.nulls_last else "nulls_first": self.field.null or None}
        return OrderBy(F(self.name), descending=self.descending, **nulls)

    def equal(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def beyond(self, value: Any) -> Q:
        if value is None:
            return NOTHING if self.nulls_last else Q(**{f"{self.name}__isnull": False})
        further = Q(**{f"{self.name}__{'lt' if self.descending else 'gt'}": value})
        nulls_follow = self.field.null and self.nulls_last
        return further | Q(**{f"{self.name}__isnull": True}) if nulls_follow else further

    def not_before(self, value: Any) -> Q:
        """`value` or beyond, as one range that an index can begin at; all, where nulls forbid."""
        if self.field.null:
            return Q()
        return Q(**{f"{self.name}__{'lte' if self.descending else 'gte'}": value})

    def value_of(self, row: Any) -> Any:
        return row[self.name] if isinstance(row, dict) else getattr(row, self.name)


def columns_of(model: type[Model], ordering: Iterable[str]) -> list[Column]:
    """The columns of `ordering` ("-created_at", …), made unique by the primary key."""
    columns = [Column.parse(model, term) for term in ordering]
    if not any(column.field.primary_key for column in columns):
        columns.append(replace(Column.parse(model, "pk"), descending=columns[-1].descending))
    return columns


def ordered(rows: QuerySet[Any], columns: Sequence[Column]) -> QuerySet[Any]:
    return rows.order_by(*(column.order_by() for column in columns))


def rows_after(
    rows: QuerySet[Any], columns: Sequence[Column], values: Sequence[Any]
) -> QuerySet[Any]:
    """Those of `rows` that come after the row that has `values` in `columns`."""
    after, same = NOTHING, Q()
    for column, value in zip(columns, values, strict=True):
        after |= same & column.beyond(value)
        same &= column.equal(value)
    return rows.filter(columns[0].not_before(values[0]), after)
