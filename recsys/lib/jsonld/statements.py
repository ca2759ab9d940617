"""A document as statements: subject, predicate, and a value or an object.

Two documents say the same when their statements are equal. Statements, not documents, are what is
indexed, queried, counted and learned from.
"""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from recsys.lib.jsonld.errors import InvalidDocument
from recsys.lib.jsonld.limits import short_enough
from recsys.lib.jsonld.processor import RELATIVE_TO, expand
from recsys.lib.jsonld.vocabulary import RDF, XSD

TYPE = f"{RDF}type"
NUMBERS_BEGIN_WITH = frozenset("0123456789+-.")
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
LONGEST_TAG = 35
LANGUAGE_TAG = "[a-z]{1,8}(?:-[a-z0-9]{1,8})*"
TAG = re.compile(LANGUAGE_TAG, re.ASCII)
DATE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d.*)?", re.ASCII)


class Statement(NamedTuple):
    subject: str
    """"" for the document's main node, else the node's IRI or a label (`_:2`) unique within it."""
    predicate: str
    value: str
    """A literal's text, or the IRI or label of the object."""
    number: float | None = None
    """The literal as a number where it is one; a date as seconds since 1970 (UTC)."""
    datatype: str = ""
    language: str = ""
    object_iri: str | None = None
    """The object's IRI or label where the statement points at a node; None for literals."""


@dataclass(frozen=True)
class Reading:
    """What a document says."""

    identity: str | None
    """The IRI of its main node, if it has one."""
    statements: tuple[Statement, ...]
    """Each once, in document order."""
    dropped: tuple[str, ...]
    """Words no context explains; nothing is known of them but the document as given."""


def expand_to_statements(document: dict[str, Any]) -> Reading:
    """Read one JSON-LD document. Pure: no clock, no database, nothing fetched.

    The first node is the main one. Raises as `processor.expand` does, and InvalidDocument for a
    list or for IRIs too long to index.
    """
    if not isinstance(document, dict):
        raise InvalidDocument("A JSON-LD document is an object; an address is not followed.")
    expansion = expand(document)
    walk = _Walk()
    walk.read(expansion.nodes)
    dropped = dict.fromkeys((*expansion.dropped, *walk.dropped))
    return Reading(walk.identity, tuple(dict.fromkeys(walk.said)), tuple(dropped))


class _Walk:
    """One pass over expanded nodes; labels nodes without an IRI in the order met."""

    def __init__(self) -> None:
        self.identity: str | None = None
        self.labels: dict[str, str] = {}
        self.said: list[Statement] = []
        self.dropped: list[str] = []

    def read(self, nodes: list[dict[str, Any]]) -> None:
        for position, node in enumerate(nodes):
            if position == 0:
                self.identity = _iri(node.get("@id"))
                self.labels[node.get("@id") or "_:main"] = self.identity or "_:0"
            self._node(self._label(node) if position else "", node)

    def _label(self, node: dict[str, Any]) -> str:
        """How the node is called in statements: its IRI, or the next free label."""
        name = node.get("@id")
        if name in self.labels:
            return self.labels[name]
        if name and not name.startswith("_:"):
            return short_enough(name.removeprefix(RELATIVE_TO))
        if not name:
            name = f"_:unnamed {len(self.labels)}"
        self.labels[name] = f"_:{len(self.labels)}"
        return self.labels[name]

    def _node(self, subject: str, node: dict[str, Any]) -> None:
        for predicate, values in node.items():
            if predicate.startswith("@"):
                self._keyword(subject, predicate, values)
            else:
                short_enough(predicate)
                for value in values:
                    self._value(subject, predicate, value)

    def _keyword(self, subject: str, keyword: str, values: Any) -> None:
        match keyword:
            case "@language" | "@direction":  # of texts; PyLD leaves them at nodes, too
                self.dropped.append(keyword)
            case "@id" if values is None:  # it was given, but means nothing
                self.dropped.append(keyword)
            case "@type":
                self._types(subject, values)
            case "@graph" | "@included":
                for inner in values:
                    self._node(self._label(inner), inner)
            case "@reverse":
                self._reversed(subject, values)

    def _types(self, subject: str, types: list[str | None]) -> None:
        for iri in types:
            if iri is None:
                self.dropped.append("@type")
            elif iri.startswith(RELATIVE_TO) or ":" not in iri:
                self.dropped.append(iri.removeprefix(RELATIVE_TO))
            else:
                kind = short_enough(iri)
                self.said.append(Statement(subject, TYPE, kind, object_iri=kind))

    def _reversed(self, subject: str, by_predicate: dict[str, Any]) -> None:
        for predicate, nodes in by_predicate.items():
            for node in nodes:
                label = self._label(node)
                target = subject or self.identity or "_:0"
                said = Statement(label, short_enough(predicate), target, object_iri=target)
                self.said.append(said)
                self._node(label, node)

    def _value(self, subject: str, predicate: str, value: Any) -> None:
        if "@value" in value:
            self.said.append(_literal(subject, predicate, value))
        elif "@list" in value or "@set" in value:
            for member in value.get("@list") or value.get("@set") or ():
                self._value(subject, predicate, member)
        else:
            label = self._label(value)
            self.said.append(Statement(subject, predicate, label, object_iri=label))
            self._node(label, value)


def _literal(subject: str, predicate: str, literal: dict[str, Any]) -> Statement:
    datatype = literal.get("@type", "")
    if datatype == "@json":
        text = orjson.dumps(literal["@value"], option=orjson.OPT_SORT_KEYS).decode()
        return Statement(subject, predicate, text, None, f"{RDF}JSON")
    text, natural = _lexical(literal["@value"])
    language = literal.get("@language")
    language = language_tag(language) if language else ""
    datatype = short_enough(datatype or natural)
    number = None if language else number_of(text)
    return Statement(subject, predicate, text, number, datatype, language)


@lru_cache(maxsize=1024)
def language_tag(given: str) -> str:
    """The tag as it is compared: lower-case, and `en-us` for `en_US`, as it is often misspelt."""
    tag = given.lower().replace("_", "-")
    if len(tag) > LONGEST_TAG or not TAG.fullmatch(tag):
        raise InvalidDocument(f"“{given:.60}” is no language tag; write one like “en” or “de-AT”.")
    return tag


def _lexical(value: Any) -> tuple[str, str]:
    """A native JSON value as text with its datatype, as JSON-LD's own RDF mapping writes it."""
    match value:
        case bool():
            return ("true" if value else "false"), f"{XSD}boolean"
        case int():
            return str(value), f"{XSD}integer"
        case float() if value.is_integer():
            return str(int(value)), f"{XSD}integer"
        case float():
            return repr(value), f"{XSD}double"
    return value, ""


def number_of(text: str) -> float | None:
    """The text as a finite number, a date or time as seconds since 1970; else None."""
    if len(text) > 40 or text[:1] not in NUMBERS_BEGIN_WITH:
        return None
    if NUMBER.fullmatch(text):
        number = float(text)
        return number if math.isfinite(number) else None
    if DATE.fullmatch(text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return None


def _iri(name: str | None) -> str | None:
    """The name where it is absolute; None for a blank node's label or a relative reference."""
    if not name or ":" not in name or name.startswith(("_:", RELATIVE_TO)):
        return None
    return short_enough(name)
