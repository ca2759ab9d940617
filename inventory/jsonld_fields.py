"""A JSON-LD document from anywhere as the fields of an item. Pure.

Each field is looked for in the vocabularies that have a word for it, ours first, then schema.org,
ActivityStreams and Dublin Core; the whole document stays the item's metadata. A document that was
exported here carries the metadata it was made from, which is taken back instead of itself.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.utils.text import slugify

from inventory.data import Condition, Kind, NewCategory
from inventory.jsonld import CONDITIONS, OWN_WORDS, exported_id
from recsys.lib.jsonld.addresses import without_gaps
from recsys.lib.jsonld.statements import TYPE, Reading, Statement
from recsys.lib.jsonld.vocabulary import expand_name, namespace

Path = list[str]
"""A predicate, or several: each is said of the node that the one before leads to."""


def _paths(names: str) -> list[Path]:
    return [[expand_name(name) or name for name in path.split("/")] for path in names.split()]


PATHS = {
    "title": _paths("schema:name as:name dc:title dcterms:title"),
    "description": _paths(
        "schema:description as:content as:summary dc:description dcterms:description"
    ),
    "category": _paths(
        "schema:category/schema:codeValue schema:category/schema:name schema:category"
    ),
    "start_at": _paths("schema:offers/schema:availabilityStarts as:startTime"),
    "end_at": _paths("schema:offers/schema:availabilityEnds as:endTime"),
    "starting_price": _paths("schema:offers/schema:lowPrice"),
    "buy_now_price": _paths(
        "schema:offers/schema:price schema:offers/schema:priceSpecification/schema:price"
    ),
}
"""Field → where it is said, in order of trust: names, or a name inside the node of another."""
CATEGORY_NAME = _paths("schema:category/schema:name")
CONDITION = _paths("schema:itemCondition")
CREATED, MODIFIED = _paths("dcterms:created"), _paths("dcterms:modified")

KINDS = {
    "http://schema.org/3DModel": Kind.PROP,
    "http://schema.org/MediaObject": Kind.FILE,
    "https://www.w3.org/ns/activitystreams#Document": Kind.FILE,
}
PRICES = {"http://schema.org/price", "http://schema.org/lowPrice"}
NAMELESS = (
    "The document names its thing nowhere (schema:name, as:name, dc:title or dcterms:title)."
)
LONGEST = {"title": 200, "description": 20_000}
STATES = ("publication_status", "auction_status", "is_hidden")
FIGURES = ("current_price", "bid_count", "watcher_count")
WRITABLE = ("kind", "starting_price", "reserve_price", "buy_now_price", "start_at", "end_at")


def item_fields(document: Mapping[str, Any], reading: Reading) -> dict[str, Any]:
    """What `document`, read as `reading`, says of an item, by field; unsaid fields are absent.

    Values are text as an API client would send it; `category` is a slug. A price in another
    currency than the site's is no price here.
    """
    graph = _Graph(reading.statements)
    is_ours = exported_id(document) is not None
    fields = _own_fields(graph)
    for field, paths in PATHS.items():
        value = graph.first(paths)
        if value is not None and not (is_ours and field in OWN_WORDS):
            fields.setdefault(field, value[: LONGEST.get(field)])
    if "category" in fields:
        fields["category"] = slugify(fields["category"])
    fields.setdefault("kind", _kind(graph))
    fields["condition"] = _condition(graph)
    fields["metadata"] = document.get("metadata", {}) if is_ours else document
    return without_gaps(fields)


def category_of(reading: Reading) -> NewCategory | None:
    """The category the document names, by its code or by its name."""
    graph = _Graph(reading.statements)
    said = graph.first(PATHS["category"])
    slug = slugify(said or "")[:120]
    if not slug:
        return None
    name = graph.first(CATEGORY_NAME) or said or slug
    return NewCategory(slug, name[:120])


def state_fields(reading: Reading) -> dict[str, Any]:
    """What only an export from here says: how far the item is, and since when.

    Its price and figures are history: the bids and watches behind them are not in the document.
    """
    graph = _Graph(reading.statements)
    said = {
        field: graph.first([[namespace() + OWN_WORDS[field]]]) for field in (*STATES, *FIGURES)
    }
    said["is_hidden"] = "True" if said["is_hidden"] == "true" else "False"
    said["created_at"] = graph.first(CREATED)
    said["updated_at"] = graph.first(MODIFIED)
    return without_gaps(said)


def _own_fields(graph: "_Graph") -> dict[str, Any]:
    said = {field: graph.values("", namespace() + OWN_WORDS[field]) for field in WRITABLE}
    return {field: values[0] for field, values in said.items() if values}


def _kind(graph: "_Graph") -> str | None:
    known = KINDS | {f"{namespace()}Avatar": Kind.AVATAR}
    kinds = (known.get(iri) for iri in graph.values("", TYPE))
    return next((kind for kind in kinds if kind), None)


def _condition(graph: "_Graph") -> str | None:
    """schema.org writes its IRIs with http, its documentation with https; both are met."""
    said = graph.first(CONDITION) or ""
    return _CONDITION_OF.get(said.replace("https://", "http://"))


class _Graph:
    """Statements by subject and predicate."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._values: dict[tuple[str, str], list[str]] = {}
        for statement in statements:
            key = (statement.subject, statement.predicate)
            self._values.setdefault(key, []).append(statement.value)

    def values(self, subject: str, predicate: str) -> list[str]:
        return self._values.get((subject, predicate), [])

    def first(self, paths: Iterable[Path]) -> str | None:
        """The first value at the first of `paths` that leads anywhere but to a bare label."""
        for path in paths:
            subjects: Iterable[str] = [""]
            for predicate in path:
                if predicate in PRICES:
                    subjects = filter(self._is_in_our_currency, subjects)
                subjects = [value for at in subjects for value in self.values(at, predicate)]
            found = next((value for value in subjects if not value.startswith("_:")), None)
            if found is not None:
                return found
        return None

    def _is_in_our_currency(self, subject: str) -> bool:
        said = self.values(subject, CURRENCY_OF)
        return not said or settings.CURRENCY in said


CURRENCY_OF = "http://schema.org/priceCurrency"
_CONDITION_OF: dict[str, Condition] = {iri: condition for condition, iri in CONDITIONS.items()}
