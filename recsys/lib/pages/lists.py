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


def page_of(
    rows: QuerySet[Any], request: HttpRequest, *, ordering: tuple[str, ...], size: int = 24
) -> Page:
    """The page of `rows` that `?cursor=` asks for. Raises Http404 for one nobody gave out."""
    paginator = KeysetPagination()
    paginator.ordering, paginator.page_size = ordering, size
    try:
        found = paginator.paginate_queryset(rows, Request(request))
    except APIException as error:
        raise Http404 from error
    return Page(found, paginator.get_previous_link(), paginator.get_next_link())
