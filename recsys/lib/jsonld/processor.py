"""PyLD behind our checks: the only module that calls it.

PyLD's caches, and what `expansion` remembers, are plain dictionaries shared by all callers, and
PyLD's raised KeyError under threads; one lock around each call costs nothing, since the work is
Python's own and never waits for anything.
Normalisation is not offered: a kilobyte of entangled blank nodes takes it seconds.
"""

from dataclasses import dataclass
from threading import RLock
from typing import Any

from pyld import jsonld

from recsys.lib.jsonld.contexts import check_contexts
from recsys.lib.jsonld.errors import DocumentTooLarge, InvalidDocument
from recsys.lib.jsonld.expansion import Expander
from recsys.lib.jsonld.limits import check_shape
from recsys.lib.jsonld.loader import frozen_loader

_one_at_a_time = RLock()

RELATIVE_TO = "https://relative.invalid/"
"""What relative references are resolved against, so that they can be told from absolute ones;
a document that was sent has no address of its own."""

BROKEN_BY_INPUT = (jsonld.JsonLdError, AttributeError, KeyError, TypeError, ValueError)
"""What PyLD raises on malformed documents; it checks some mistakes only by stumbling on them."""


@dataclass(frozen=True)
class Expansion:
    nodes: list[dict[str, Any]]
    """The document's nodes in expanded form: every key an absolute IRI or a keyword."""
    dropped: tuple[str, ...]
    """Words no context explains, each once, in the order met: they carry no statement."""


def install_frozen_loader() -> None:
    """Make every use of PyLD in this process, ours or not, unable to fetch anything."""
    jsonld.set_document_loader(frozen_loader())


def is_loader_frozen() -> bool:
    return jsonld.get_document_loader() is frozen_loader()


def expand(document: Any) -> Expansion:
    """Expand one document, or a list of them, that is already parsed.

    Raises InvalidDocument, DocumentTooLarge, UnknownContext or CoreTermRemapped.
    """
    check_document(document)
    dropped: dict[str, None] = {}

    def note(name: str | None) -> None:
        if name is not None:
            dropped[name] = None

    try:
        with _one_at_a_time:
            nodes = Expander(note).expand(document, _options())
    except RecursionError as error:
        raise DocumentTooLarge("Terms are defined by way of too many others.") from error
    except BROKEN_BY_INPUT as error:
        raise _refusal(error) from error
    return Expansion(nodes, tuple(dropped))


def compact(document: Any, context: Any) -> dict[str, Any]:
    """The document in the words of `context`. Raises as `expand` does."""
    check_document(document)
    check_document({"@context": context})
    try:
        with _one_at_a_time:
            return dict(Expander().compact(document, context, _options()))
    except BROKEN_BY_INPUT as error:
        raise _refusal(error) from error


def check_document(document: Any) -> None:
    """Everything that can be told before PyLD looks at the document."""
    if not isinstance(document, (dict, list)):
        raise InvalidDocument(
            "A JSON-LD document is an object or a list of objects; an address is not followed."
        )
    check_shape(document)
    check_contexts(document)


def _options() -> dict[str, Any]:
    return {"documentLoader": frozen_loader(), "base": RELATIVE_TO}


def _refusal(error: BaseException) -> InvalidDocument:
    """PyLD wraps errors in errors; the innermost names the cause."""
    innermost: Any = None
    link: BaseException | None = error
    while link is not None:
        if isinstance(link, jsonld.JsonLdError):
            innermost = link
        link = link.__cause__
    if innermost is None:
        return InvalidDocument("This JSON-LD is malformed.")
    details = innermost.details or {}
    where = next((f" ({name}: {details[name]!r:.120})" for name in details), "")
    return InvalidDocument(f"{innermost.args[0]}{where}", code="invalid_document")
