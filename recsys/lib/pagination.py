"""The one paginator: keyset pages, `{"next", "previous", "results"}`."""

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

MAX_LIMIT = 100


def limit_from(request: Request, default: int = 20, maximum: int = MAX_LIMIT) -> int:
    """`?limit=` as a number from 1 to `maximum`; anything else is the client's mistake (400)."""
    raw = request.query_params.get("limit")
    if raw is None:
        return default
    if not (raw.isascii() and raw.isdigit() and 1 <= int(raw[:10]) <= maximum):
        raise ValidationError({"limit": [f"Give a whole number from 1 to {maximum}."]})
    return int(raw)


class KeysetPagination(CursorPagination):
    """Pages by position in the ordering, not by offset: page 10,000 costs what page 1 costs.

    Views order by a unique, indexed tuple (`ordering`), so that no row is skipped or repeated.
    """

    page_size = 20
    page_size_query_param = "limit"
    max_page_size = MAX_LIMIT
    ordering: str | tuple[str, ...] = "id"

    def get_page_size(self, request: Request) -> int:
        return limit_from(request, self.page_size)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": "string", "nullable": True, "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }
