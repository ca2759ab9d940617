"""Bags and what is in them as ActivityStreams' collections; pure."""

from collections.abc import Mapping
from typing import Any

from inventory.jsonld import Document, item_iri, page_document
from recsys.lib.jsonld.addresses import (
    activity_context,
    address,
    person_iri,
    public_iri,
    without_gaps,
)
from recsys.lib.jsonld.rest import ACTIVITY


def bag_document(bag: Mapping[str, Any]) -> Document:
    """A bag as the API answers it: an ActivityStreams Collection whose pages are its entries."""
    return {"@context": activity_context(), **_bag(bag)}


def bags_document(page: Mapping[str, Any], here: str) -> Document:
    """A page of bags."""
    return page_document(page, here, map(_bag, page["results"]), ACTIVITY)


def entries_document(page: Mapping[str, Any], here: str, bag_id: int) -> Document:
    """A page of a bag; each member says how many of it there are."""
    members = [
        {"id": item_iri(entry["item"]), "type": "Object", "entryQuantity": entry["quantity"]}
        for entry in page["results"]
    ]
    return without_gaps(
        {
            "@context": activity_context(),
            "id": public_iri(here),
            "type": "CollectionPage",
            "partOf": address("bags", bag_id),
            "items": members,
            "next": public_iri(page.get("next")),
            "prev": public_iri(page.get("previous")),
        }
    )


def _bag(bag: Mapping[str, Any]) -> Document:
    return {
        "id": address("bags", bag["id"]),
        "type": "Collection",
        "name": bag["name"],
        "attributedTo": person_iri(bag["owner"]),
        "bagVisibility": bag["visibility"],
        "totalItems": bag["entry_count"],
        "first": address("bags", bag["id"], "entries"),
    }
