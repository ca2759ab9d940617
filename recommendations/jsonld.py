"""Recommendations, popular and similar lists, and interests as JSON-LD. Pure.

Asked for schema.org's words a list is an ItemList, for ActivityStreams' an OrderedCollection; our
own terms say how strongly, why and by what each entry is recommended.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from inventory.jsonld import card_object, item_iri, page_document
from recsys.lib.jsonld.addresses import (
    activity_context,
    person_iri,
    public_iri,
    schema_context,
    without_gaps,
)
from recsys.lib.jsonld.rest import ACTIVITY

Document = dict[str, Any]
Entry = Mapping[str, Any]
"""One recommended item as the API answers it: item, score, reason and, where known, source."""

Describe = Callable[[Any], Document]
"""What stands for an entry's item: the whole item in the asked-for words, or its IRI alone."""


CategoryIri = Callable[[int], str]


def shown_entry(media_type: str) -> Describe:
    """Describes an entry's item by its card; where only ids were asked for, by its IRI."""

    def describe(item: Any) -> Document:
        if not isinstance(item, int):
            return card_object(item, media_type)
        return {"id" if media_type == ACTIVITY else "@id": item_iri(item)}

    return describe


def list_document(
    answer: Mapping[str, Any], here: str, describe: Describe, media_type: str = ""
) -> Document:
    """A served list: `results` in order, and the age and origin of the whole."""
    whole = {
        "computedAt": answer.get("generated_at"),
        "isStale": answer.get("stale"),
        "recommendationModel": answer.get("model"),
    }
    if media_type == ACTIVITY:
        entries = [{**describe(entry["item"]), **reasons(entry)} for entry in answer["results"]]
        document = {
            "@context": activity_context(),
            "id": public_iri(here),
            "type": "OrderedCollection",
            "totalItems": len(entries),
            "orderedItems": entries,
        }
    else:
        document = {
            "@context": schema_context(),
            "@id": public_iri(here),
            "@type": "ItemList",
            "numberOfItems": len(answer["results"]),
            "itemListElement": elements(answer["results"], describe),
        }
    return without_gaps({**document, **whole})


def similar_document(
    item: Document, here: str, entries: Iterable[Entry], describe: Describe, media_type: str = ""
) -> Document:
    """An item's document with what resembles it, the most alike first; in ActivityStreams' words
    only that, as a collection found `here`."""
    if media_type == ACTIVITY:
        return list_document({"results": list(entries)}, here, describe, media_type)
    alike = [{**describe(entry["item"]), **reasons(entry)} for entry in entries]
    return {**item, "isSimilarTo": alike}


def elements(entries: Iterable[Entry], describe: Describe) -> list[Document]:
    """schema.org's ListItems, numbered from 1; what is said of an entry is beside its item."""
    return [
        {
            "@type": "ListItem",
            "position": position,
            "item": describe(entry["item"]),
            **reasons(entry),
        }
        for position, entry in enumerate(entries, 1)
    ]


def reasons(entry: Entry) -> Document:
    """How strongly, why and by what the entry is recommended, as far as that is known."""
    return without_gaps(
        {
            "recommendationScore": _decimal(entry.get("score")),
            "recommendationReason": entry.get("reason"),
            "recommendationSource": entry.get("source"),
        }
    )


def interests_document(
    page: Mapping[str, Any], here: str, category_iri: CategoryIri, media_type: str = ""
) -> Document:
    """A page of interests: each person with theirs, in the order given."""
    people: dict[int, list[Document]] = {}
    for interest in page["results"]:
        people.setdefault(interest["user"], []).append(_interest(interest, category_iri))
    identity, kind = ("id", "type") if media_type == ACTIVITY else ("@id", "@type")
    members = (
        {identity: person_iri(user_id), kind: "Person", "interest": interests}
        for user_id, interests in people.items()
    )
    return page_document(page, here, members, media_type)


def _interest(interest: Mapping[str, Any], category_iri: CategoryIri) -> Document:
    return without_gaps(
        {
            "schema:about": {"@id": category_iri(interest["category"])},
            "interestScore": _decimal(interest["score"]),
            "countedInteractions": interest["interaction_count"],
            "lastInteractionAt": interest["last_interaction_at"],
            "computedAt": interest["computed_at"],
        }
    )


def _decimal(score: float | None) -> str | None:
    """Text keeps every digit; JSON's numbers would become doubles."""
    return None if score is None else repr(float(score))
