"""Our own terms: what schema.org, ActivityStreams and Dublin Core have no word for.

The context is versioned by its address and every term protected: a document that uses it cannot
give a term another meaning. Names are chosen so that none is a term of schema.org or of
ActivityStreams, because our context stands beside theirs (a test holds it).
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"

PREFIXES = {
    "as": "https://www.w3.org/ns/activitystreams#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "model3d": "https://schema.khronos.org/model3d/xsd/1.0/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "rdf": RDF,
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpDM": "http://ns.adobe.com/xmp/1.0/DynamicMedia/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "xsd": XSD,
}
"""Namespaces known by name, in queries and in our context: prefix → IRI."""


@dataclass(frozen=True)
class Term:
    name: str
    meaning: str
    type: str | None = None
    """What plain strings under the term are: a compact datatype, `@id`, or None for text."""
    opens_context: bool = False
    """Whether what is inside is read by its own context alone, as a document of its own."""

    def definition(self) -> dict[str, Any]:
        definition: dict[str, Any] = {"@id": f"recsys:{self.name}"}
        if self.type:
            definition["@type"] = self.type
        if self.opens_context:
            definition["@context"] = None
        return definition


TERMS = (
    Term("kind", "What the item is: lot, avatar, map, prop or file."),
    Term("publicationStatus", "Draft, pending, published, unpublished or archived."),
    Term("auctionStatus", "Where the auction stands; absent for what is not auctioned."),
    Term("isHidden", "Whether the item is kept out of every list.", "xsd:boolean"),
    Term("startingPrice", "The lowest first bid.", "xsd:decimal"),
    Term("reservePrice", "Below this the lot is not sold.", "xsd:decimal"),
    Term("currentPrice", "The highest accepted bid, or the asking price.", "xsd:decimal"),
    Term("buyNowPrice", "For this the lot is sold at once.", "xsd:decimal"),
    Term("bidCount", "How many bids were accepted.", "xsd:integer"),
    Term("watcherCount", "How many people watch the item.", "xsd:integer"),
    Term("biddingStarts", "From then on bids are accepted.", "xsd:dateTime"),
    Term("biddingEnds", "From then on bids are refused.", "xsd:dateTime"),
    Term(
        "metadata",
        "The item's own JSON-LD document exactly as it was given, read by its own context.",
        opens_context=True,
    ),
    Term("entry", "An item in a bag, with how many of it."),
    Term("entryQuantity", "How many of the item are in the bag.", "xsd:integer"),
    Term("bagVisibility", "Private or public."),
    Term("recommendationScore", "How strongly the entry is recommended.", "xsd:decimal"),
    Term("recommendationReason", "Why it is recommended, as a code."),
    Term("recommendationSource", "Which part of the recommender put it there."),
    Term("recommendationModel", "The version of the model behind the list."),
    Term("isStale", "Whether a fresher list is being computed.", "xsd:boolean"),
    Term("computedAt", "When the figure or list was computed.", "xsd:dateTime"),
    Term("interest", "A category somebody cares about, with how much."),
    Term("interestScore", "From 0 to 1; a person's strongest interest is 1.", "xsd:decimal"),
    Term("countedInteractions", "How many interactions stand behind it.", "xsd:integer"),
    Term("lastInteractionAt", "When the latest of them happened.", "xsd:dateTime"),
    Term("Avatar", "A VRM avatar (a type)."),
    Term("avatarContact", "How to reach the avatar's maker (VRM contactInformation)."),
    Term("avatarPermission", "Who may wear the avatar (VRM avatarPermission)."),
    Term("allowsViolentUse", "VRM: may it be shown in violent acts?", "xsd:boolean"),
    Term("allowsSexualUse", "VRM: may it be shown in sexual acts?", "xsd:boolean"),
    Term("allowsPoliticalUse", "VRM: may it be used for politics or religion?", "xsd:boolean"),
    Term("allowsAntisocialUse", "VRM: may it be used for hateful acts?", "xsd:boolean"),
    Term("allowsRedistribution", "VRM: may it be passed on?", "xsd:boolean"),
    Term("commercialUse", "VRM: who may use it commercially."),
    Term("modification", "VRM: whether and how it may be changed."),
    Term("creditNotation", "VRM: whether the maker must be named."),
)

EXPORT_WORDS = "export-"
"""What the words of `me/export/` begin with in our namespace: names of fields, as they are stored;
they mean what they mean there, which may differ from the term of that name."""

TERMS_WITH_CONTEXT = tuple(term for term in TERMS if term.opens_context)


def own_address() -> str:
    """Where our context is served; the version is its last part."""
    return str(settings.VOCABULARY_URL)


def namespace() -> str:
    """What our terms' IRIs begin with; each IRI is an anchor on the vocabulary's page."""
    return f"{own_address()}#"


@cache
def own_context(namespace_iri: str) -> dict[str, Any]:
    """Our context as served: `{"@context": …}` with every term protected."""
    terms = {term.name: term.definition() for term in TERMS}
    header = {"@version": 1.1, "@protected": True, "recsys": namespace_iri}
    return {"@context": header | PREFIXES | terms}


def prefixes() -> dict[str, str]:
    """The known prefixes, ours among them."""
    return PREFIXES | {"recsys": namespace()}


def expand_name(name: str) -> str | None:
    """`dc:subject` → its IRI; a full IRI, in angle brackets or not, → itself; else None."""
    if name.startswith("<") and name.endswith(">"):
        return name[1:-1]
    prefix, colon, rest = name.partition(":")
    if not colon or not rest:
        return None
    if rest.startswith("//"):
        return name
    namespace_iri = prefixes().get(prefix)
    return None if namespace_iri is None else namespace_iri + rest


def shorten(iri: str) -> str:
    """The IRI by its known prefix (`dc:subject`), or as it is."""
    for prefix, namespace_iri in prefixes().items():
        if iri.startswith(namespace_iri) and len(iri) > len(namespace_iri):
            return f"{prefix}:{iri.removeprefix(namespace_iri)}"
    return iri
