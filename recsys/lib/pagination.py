"""The one paginator: keyset pages, `{"next", "previous", "results"}`."""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.filters import OrderingFilter as DRFOrderingFilter
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.utils.urls import replace_query_param

from recsys.lib.keyset import columns_of, ordered, rows_after
from recsys.lib.parameters import whole_number_from

MAX_LIMIT = 100


def limit_from(request: Request, default: int = 20, maximum: int = MAX_LIMIT) -> int:
    """`?limit=` as a number from 1 to `maximum`; anything else is the client's mistake (400)."""
    return whole_number_from(request, "limit", maximum) or default


class OrderingFilter(DRFOrderingFilter):
    """`?ordering=` by the view's `ordering_fields`; an unknown one is refused, not ignored."""

    def remove_invalid_fields(
        self, queryset: Any, fields: Any, view: Any, request: Request
    ) -> list[str]:
        valid = super().remove_invalid_fields(queryset, fields, view, request)
        if valid != fields or len({term.lstrip("-") for term in valid}) < len(valid):
            names = ", ".join(name for name, _ in self.get_valid_fields(queryset, view))
            raise ValidationError({"ordering": [f"Order by any of: {names}; each once."]})
        return valid


@dataclass(frozen=True)
class Position:
    """Where a page begins: beyond the row with these values, or at the very end (null)."""

    reverse: bool
    values: list[Any] | None


class KeysetPagination(CursorPagination):
    """Pages by position in the ordering, not by offset: page 10,000 costs what page 1 costs.

    DRF's own cursor keeps one column and counts through ties, so a thousand equal values, or a
    null, lose rows; here a cursor holds the whole ordering's values, and the primary key after
    them. It is signed for its list and ordering: nobody can make one up.
    """

    page_size = 20
    page_size_query_param = "limit"
    max_page_size = MAX_LIMIT
    ordering: str | tuple[str, ...] = "id"

    def get_page_size(self, request: Request) -> int:
        return limit_from(request, self.page_size)

    def paginate_queryset(  # type: ignore[override]
        self, queryset: QuerySet[Any], request: Request, view: Any = None
    ) -> list[Any]:
        self.base_url = request.build_absolute_uri()
        limit = self.get_page_size(request)
        terms = self.get_ordering(request, queryset, view)
        self.columns = columns_of(queryset.model, terms)
        self.salt = f"{queryset.model._meta.label}:{','.join(terms)}"
        self.position = self._position(request)
        rows = list(self._rows(queryset)[: limit + 1])
        self.page, self.has_more = rows[:limit], len(rows) > limit
        if self._reverse:
            self.page.reverse()
        return self.page

    @property
    def _reverse(self) -> bool:
        return self.position is not None and self.position.reverse

    def _rows(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        columns = [c.reversed() for c in self.columns] if self._reverse else self.columns
        queryset = ordered(queryset, columns)
        if self.position is None or self.position.values is None:
            return queryset
        return rows_after(queryset, columns, self.position.values)

    def _position(self, request: Request) -> Position | None:
        cursor = request.query_params.get(self.cursor_query_param)
        if cursor is None:
            return None
        try:
            reverse, values = signing.loads(cursor, salt=self.salt)
        except signing.BadSignature as error:
            raise NotFound(self.invalid_cursor_message) from error
        if values is not None:
            pairs = zip(self.columns, values, strict=True)
            values = [column.field.to_python(value) for column, value in pairs]
        return Position(reverse, values)

    def get_next_link(self) -> str | None:
        if not (self.has_more or self._reverse):
            return None
        return self._link(reverse=False, row=self.page[-1] if self.page else None)

    def get_previous_link(self) -> str | None:
        if self.position is None or (self._reverse and not self.has_more):
            return None
        return self._link(reverse=True, row=self.page[0] if self.page else None)

    def _link(self, *, reverse: bool, row: Any) -> str:
        """The address of the page before or after `row`; of the last or first, without one."""
        values = (
            None if row is None else [_stored(column.value_of(row)) for column in self.columns]
        )
        cursor = signing.dumps([reverse, values], salt=self.salt)
        return replace_query_param(str(self.base_url), self.cursor_query_param, cursor)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "nullable": True, "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }


def _stored(value: Any) -> str | None:
    """Text that the field reads back to the same value, to the microsecond and the cent."""
    return None if value is None else str(value)
