"""People's public cards as JSON-LD. Pure; nothing but the card goes in."""

from collections.abc import Mapping
from typing import Any

from recsys.lib.jsonld.addresses import (
    activity_context,
    person_iri,
    schema_context,
    without_gaps,
)
from recsys.lib.jsonld.rest import ACTIVITY


def person_document(card: Mapping[str, Any], media_type: str = "") -> dict[str, Any]:
    """A public card: id, username, display name and biography."""
    name = card.get("display_name") or card["username"]
    iri = person_iri(card["id"])
    biography = card.get("biography") or None
    if media_type == ACTIVITY:
        return without_gaps(
            {
                "@context": activity_context(),
                "id": iri,
                "type": "Person",
                "name": name,
                "preferredUsername": card["username"],
                "summary": biography,
            }
        )
    return without_gaps(
        {
            "@context": schema_context(),
            "@id": iri,
            "@type": "Person",
            "name": name,
            "alternateName": card["username"],
            "description": biography,
        }
    )
