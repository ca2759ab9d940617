"""A page of a list in HTML: the one paginator, for visitors."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from recsys.lib.pagination import KeysetPagination


@dataclass(frozen=True, slots=True)
class Page:
    """Rows, and the addresses of what comes before and after."""

    rows: list[Any]
    previous: str | None
    next: str | None


class _PageOfSize(KeysetPagination):
    """As long as the page's design wants it, whatever the address says of `limit`."""

    def __init__(self, size: int) -> None:
        self.size = size

    def get_page_size(self, request: Request) -> int:
        return self.size


def page_of(
    rows: QuerySet[Any], request: HttpRequest, *, ordering: tuple[str, ...], size: int = 24
) -> Page:
    """The page of `rows` that `?cursor=` asks for. Raises Http404 for one nobody gave out."""
    paginator = _PageOfSize(size)
    paginator.ordering = ordering
    try:
        found = paginator.paginate_queryset(rows, Request(request))
    except APIException as error:
        raise Http404 from error
    return Page(found, paginator.get_previous_link(), paginator.get_next_link())
