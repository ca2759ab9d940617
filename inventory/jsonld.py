"""Items, categories, bags and lists as JSON-LD, out of what the API answers as JSON. Pure.

In schema.org's words an item is a Product with an Offer, or, for a lot, an AggregateOffer whose
figures are the bids; things people made are 3DModel or MediaObject besides. In ActivityStreams'
words it is an object with a name, a maker and a time. What neither has a word for is said in our
own terms, so that an exported item can be imported again without loss.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings

from inventory.data import CategoryNode, Condition, Kind
from recsys.lib.jsonld.addresses import (
    activity_context,
    address,
    own_id,
    person_iri,
    public_iri,
    schema_context,
    whole_list,
    without_gaps,
)
from recsys.lib.jsonld.rest import ACTIVITY

Card = Mapping[str, Any]
"""An item as the API answers it: `ItemSummarySerializer`'s fields at least."""

Document = dict[str, Any]
TYPES: dict[str, Any] = {
    Kind.LOT: "Product",
    Kind.AVATAR: ["Product", "3DModel"],
    Kind.PROP: ["Product", "3DModel"],
    Kind.MAP: ["Product", "3DModel"],
    Kind.FILE: ["Product", "MediaObject"],
}
ACTIVITY_TYPES = {Kind.LOT: "Object", Kind.FILE: "Document"}
CONDITIONS = {
    Condition.NEW: "http://schema.org/NewCondition",
    Condition.USED: "http://schema.org/UsedCondition",
    Condition.REFURBISHED: "http://schema.org/RefurbishedCondition",
}
OWN_WORDS = {
    "kind": "kind",
    "publication_status": "publicationStatus",
    "auction_status": "auctionStatus",
    "is_hidden": "isHidden",
    "starting_price": "startingPrice",
    "reserve_price": "reservePrice",
    "current_price": "currentPrice",
    "buy_now_price": "buyNowPrice",
    "bid_count": "bidCount",
    "watcher_count": "watcherCount",
    "start_at": "biddingStarts",
    "end_at": "biddingEnds",
}
"""Field of an item → our term."""

CategoryOf = Callable[[int], CategoryNode | None]


def item_iri(item_id: int) -> str:
    return address("items", item_id)


def category_iri(slug: str) -> str:
    return address("categories", slug)


def item_document(item: Card, category_of: CategoryOf, media_type: str = "") -> Document:
    """An item as a document of its own."""
    if media_type == ACTIVITY:
        return {"@context": activity_context(), **activity_object(item)}
    return {"@context": schema_context(), **product(item, category_of)}


def product(item: Card, category_of: CategoryOf) -> Document:
    """An item in schema.org's words and ours, without a context."""
    return without_gaps(
        {
            "@id": item_iri(item["id"]),
            "@type": TYPES[item["kind"]],
            "name": item["title"],
            "description": item.get("description") or None,
            "category": _category(item["category"], category_of),
            "itemCondition": _reference(CONDITIONS.get(item["condition"])),
            "offers": offer(item),
            "dcterms:created": _moment(item["created_at"]),
            "dcterms:modified": _moment(item.get("updated_at")),
            "dcterms:creator": {"@id": person_iri(item["seller"])},
            **own_words(item),
            "metadata": item.get("metadata") or None,
        }
    )


def card_object(card: Card, media_type: str = "") -> Document:
    """An item as served lists show it: its category and seller are objects of their own."""
    category = card["category"]
    item = {**card, "category": None, "seller": card["seller"]["id"]}
    if media_type == ACTIVITY:
        return activity_object(item)
    said = product(item, lambda _id: None)
    if category is not None:
        said["category"] = _category_code(category["slug"], category["name"])
    return said


def offer(item: Card) -> Document:
    """What it costs: an Offer, or for a lot the figures of its bids."""
    figures: Document = {"price": item["current_price"]}
    if is_lot := item["kind"] == Kind.LOT:
        figures = {
            "lowPrice": item.get("starting_price"),
            "highPrice": item["current_price"],
            "offerCount": item["bid_count"],
        }
    return without_gaps(
        {
            "@id": f"{item_iri(item['id'])}#offer",
            "@type": "AggregateOffer" if is_lot else "Offer",
            **figures,
            "priceCurrency": settings.CURRENCY if item["current_price"] is not None else None,
            "availability": _reference(availability(item)),
            "availabilityStarts": _moment(item["start_at"], "Date"),
            "availabilityEnds": _moment(item["end_at"], "Date"),
            "seller": {"@id": person_iri(item["seller"])},
        }
    )


def availability(item: Card) -> str:
    """schema.org's word for whether it can be had."""
    state = item["auction_status"]
    if state in ("sold", "ended", "cancelled"):
        return "http://schema.org/SoldOut"
    return "http://schema.org/PreOrder" if state == "scheduled" else "http://schema.org/InStock"


def own_words(item: Card) -> Document:
    """What the shared vocabularies have no word for; unknown values are left out by the caller."""
    return {term: item.get(field) for field, term in OWN_WORDS.items()}


def activity_object(item: Card) -> Document:
    """An item in ActivityStreams' words and ours, without a context."""
    return without_gaps(
        {
            "id": item_iri(item["id"]),
            "type": ACTIVITY_TYPES.get(item["kind"], "Document"),
            "name": item["title"],
            "content": item.get("description") or None,
            "attributedTo": person_iri(item["seller"]),
            "published": item["created_at"],
            "updated": item.get("updated_at"),
            "startTime": item["start_at"],
            "endTime": item["end_at"],
            "url": item_iri(item["id"]),
            **own_words(item),
            "metadata": item.get("metadata") or None,
        }
    )


def page_document(
    page: Mapping[str, Any], here: str, members: Iterable[Document], media_type: str = ""
) -> Document:
    """One page of a list: members in order, and where the next and previous pages are."""
    here, after, before = public_iri(here), page.get("next"), page.get("previous")
    if media_type == ACTIVITY:
        return without_gaps(
            {
                "@context": activity_context(),
                "id": here,
                "type": "OrderedCollectionPage",
                "partOf": whole_list(here),
                "orderedItems": list(members),
                "next": public_iri(after),
                "prev": public_iri(before),
            }
        )
    return without_gaps(
        {
            "@context": schema_context(),
            "@id": here,
            "@type": "ItemList",
            "itemListElement": list_elements(members),
            "as:next": _reference(public_iri(after)),
            "as:prev": _reference(public_iri(before)),
        }
    )


def list_elements(members: Iterable[Document]) -> list[Document]:
    """Members as schema.org's ListItems, numbered from 1."""
    return [
        {"@type": "ListItem", "position": position, "item": member}
        for position, member in enumerate(members, 1)
    ]


def items_document(
    page: Mapping[str, Any], here: str, category_of: CategoryOf, media_type: str = ""
) -> Document:
    """A page of items."""
    if media_type == ACTIVITY:
        members = [activity_object(item) for item in page["results"]]
    else:
        members = [product(item, category_of) for item in page["results"]]
    return page_document(page, here, members, media_type)


def category_document(category: Mapping[str, Any], media_type: str = "") -> Document:
    """A category as the API answers it, with those above and below by their IRIs."""
    is_activity = media_type == ACTIVITY
    path = list(category.get("path") or [])
    above = path[-2] if len(path) > 1 else None
    return without_gaps(
        {
            "@context": activity_context() if is_activity else schema_context(),
            **(_category_object if is_activity else _category_code)(
                category["slug"], category["name"]
            ),
            "skos:broader": _reference(category_iri(above["slug"]) if above else None),
            "skos:narrower": [_reference(category_iri(c["slug"])) for c in category["children"]],
        }
    )


def categories_document(page: Mapping[str, Any], here: str, media_type: str = "") -> Document:
    """The tree of categories, depth first; in ActivityStreams, too, by schema.org's words."""
    describe = _category_object if media_type == ACTIVITY else _category_code
    members = [describe(c["slug"], c["name"]) for c in _below(page["results"])]
    return page_document(page, here, members, media_type)


def exported_id(document: Mapping[str, Any]) -> int | None:
    """The id of the item this document was exported from on this site, if it was."""
    name = document.get("@id")
    return own_id(name, "items") if isinstance(name, str) else None


def exported_seller(document: Any) -> int | None:
    """Whose item that was, as far as the document says."""
    match document:
        case {"@id": str(), "dcterms:creator": {"@id": str(name)}} if exported_id(document):
            return own_id(name, "people/id")
    return None


def _category(category_id: int | None, category_of: CategoryOf) -> Document | None:
    node = None if category_id is None else category_of(category_id)
    return None if node is None else _category_code(node.slug, node.name)


def _category_code(slug: str, name: str) -> Document:
    return {"@id": category_iri(slug), "@type": "CategoryCode", "codeValue": slug, "name": name}


def _category_object(slug: str, name: str) -> Document:
    """ActivityStreams has no word for it, and asks for one of its own beside another's."""
    kinds = ["Object", "schema:CategoryCode"]
    return {"id": category_iri(slug), "type": kinds, "schema:codeValue": slug, "name": name}


def _below(nodes: Iterable[Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    for node in nodes:
        yield node
        yield from _below(node["children"])


def _reference(iri: str | None) -> Document | None:
    return None if iri is None else {"@id": iri}


def _moment(text: str | None, kind: str = "") -> Any:
    """A time; schema.org's own coercion to Date is overridden, since ours has hours."""
    datatype = "schema:DateTime" if kind else "xsd:dateTime"
    return None if text is None else {"@value": text, "@type": datatype}
