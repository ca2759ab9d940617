"""What things are called in JSON-LD: absolute IRIs that begin with PUBLIC_URL and resolve."""

from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from rest_framework.utils.urls import remove_query_param

from recsys.lib.jsonld.loader import ACTIVITYSTREAMS, SCHEMA_ORG
from recsys.lib.jsonld.vocabulary import own_address

Found = TypeVar("Found", str, None)
PAGE_PARAMETERS = ("cursor", "limit")
"""Where a page begins, and how long it is."""


def address(*parts: Any) -> str:
    """`address("items", 3)` → `https://…/api/v1/items/3/`."""
    return "/".join((settings.PUBLIC_URL, "api/v1", *map(str, parts), ""))


def public_iri(found_at: Found) -> Found:
    """The address something was found at, whatever host was asked, as this site is known."""
    if found_at is None:
        return None
    site = urlsplit(settings.PUBLIC_URL)
    return urlsplit(found_at)._replace(scheme=site.scheme, netloc=site.netloc).geturl()


def whole_list(page: str) -> str:
    """The address of the list that a page is of: the same for all its pages."""
    for parameter in PAGE_PARAMETERS:
        page = remove_query_param(page, parameter)
    return page


def person_iri(user_id: int) -> str:
    """Of a person's public card; by number, since names may change."""
    return address("people", "id", user_id)


def own_id(iri: str, collection: str) -> int | None:
    """The 3 of `https://…/api/v1/items/3/` on this site; None for any other IRI."""
    prefix = address(collection)
    number = iri.removeprefix(prefix).removesuffix("/")
    is_ours = iri.startswith(prefix) and number.isascii() and number.isdigit()
    return int(number) if is_ours and len(number) <= 18 else None


def schema_context() -> list[str]:
    """schema.org's words and ours."""
    return [SCHEMA_ORG, own_address()]


def activity_context() -> list[str]:
    """ActivityStreams' words and ours."""
    return [ACTIVITYSTREAMS, own_address()]


def without_gaps(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what is unknown: JSON-LD has no word for "no value"."""
    return {name: value for name, value in document.items() if value is not None}
