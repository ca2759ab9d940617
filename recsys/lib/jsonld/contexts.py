"""The contexts a document brings along: known addresses only, few, small, and true to core terms.

A core term is one defined by ActivityStreams, schema.org or us. Whoever names such a context
relies on its meanings, and so do we when we read the statements; so a document may not bend one
by an inline definition, nor by naming two core contexts that disagree. Other vocabularies may use
the same words freely: they are told apart by IRI.

Contexts inside definitions hold wherever their term or type is used, and PyLD processes them anew
at each use, so what they cost is counted there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from recsys.lib.jsonld import vocabulary
from recsys.lib.jsonld.errors import (
    CoreTermRemapped,
    DocumentTooLarge,
    InvalidDocument,
    UnknownContext,
)
from recsys.lib.jsonld.limits import (
    MAX_CONTEXTS,
    MAX_DEFINITIONS,
    MAX_INLINE_TERMS,
    MAX_IRI_BYTES,
    MAX_SCOPED_TERMS,
    short_enough,
)
from recsys.lib.jsonld.loader import SECURITY, known_contexts

Definitions = Mapping[str, Any]


@dataclass(frozen=True)
class Scope:
    """What words mean at one place of a document."""

    core: Mapping[str, str] = field(default_factory=dict)
    """Core term → IRI, for the core contexts named so far."""
    core_context: str = ""
    """The address of the latest of them, for the error's text."""
    inline: Mapping[str, str | None] = field(default_factory=dict)
    vocabulary: str = ""

    def meaning(self, term: str) -> str | None:
        return self.inline[term] if term in self.inline else self.core.get(term)


@dataclass
class _Said:
    """What the contexts of one document say, wherever in it they stand."""

    named: list[Scope] = field(default_factory=list)
    """The core contexts, each as it was entered."""
    defined: list[Mapping[str, str | None]] = field(default_factory=list)
    has_scoped: bool = False

    def check(self) -> None:
        """Refuse what contexts inside definitions could remap at the places where they hold."""
        if not self.has_scoped:
            return
        for scope in self.named:
            for meanings in (*self.defined, *(other.core for other in self.named)):
                _refuse_remaps(meanings, scope)


def check_contexts(document: Any) -> None:
    """Refuse unknown, too many or too large contexts, `@import`, and remaps of core terms."""
    _ContextCheck().visit_document(document)


class _ContextCheck:
    """Walks one document, counting as it goes."""

    def __init__(self) -> None:
        self.contexts = 0
        self.inline_terms = 0
        self.late_bundles = 0
        self.scoped: dict[str, int] = {}
        """Term with a context of its own → how many definitions that holds."""
        self.scoped_terms = 0
        self.said = _Said()

    def visit_document(self, value: Any) -> None:
        """A document, or one inside another that is read by its own context alone."""
        outer, self.said = self.said, _Said()
        self.visit(value, Scope())
        self.said.check()
        self.said = outer

    def visit(self, value: Any, scope: Scope, under: str = "") -> None:
        if isinstance(value, dict):
            if "@context" in value:
                scope = self.enter(value["@context"], scope)
            if self.scoped:
                self._count_scoped(value, under)
            for key, child in value.items():
                if type(child) is str:
                    if len(child) > MAX_IRI_BYTES:
                        _check_reference(key, child, scope)
                elif key != "@context" and isinstance(child, (dict, list)):
                    self._visit_child(key, child, scope)
        else:
            for child in value:
                if isinstance(child, (dict, list)):
                    self.visit(child, scope, under)

    def _visit_child(self, key: str, child: Any, scope: Scope) -> None:
        if _opens_context(key, scope):
            self.visit_document(child)
        else:
            self.visit(child, scope, key)

    def _count_scoped(self, node: Mapping[str, Any], under: str) -> None:
        """What the contexts of the node's types, and of what it is found under, cost there."""
        types = (each for value in node.values() for each in _texts(value))
        self.scoped_terms += sum(self.scoped.get(name, 0) for name in (under, *types))
        if self.scoped_terms > MAX_SCOPED_TERMS:
            raise DocumentTooLarge(
                f"Contexts inside definitions hold more than {MAX_SCOPED_TERMS:,} terms, counted "
                "at each use; define the terms at the top of the document instead."
            )

    def enter(self, context: Any, scope: Scope) -> Scope:
        """The scope after `context`, an address, definitions, null, or a list of these."""
        for part in context if isinstance(context, list) else [context]:
            self._count()
            match part:
                case None:
                    scope = Scope()
                case str():
                    scope = self._enter_address(part, scope)
                case dict():
                    scope = self._enter_inline(part, scope)
                case _:
                    raise InvalidDocument(
                        f"A @context is an address, an object or null, not {part!r:.40}."
                    )
        return scope

    def _count(self) -> None:
        self.contexts += 1
        if self.contexts > MAX_CONTEXTS:
            raise DocumentTooLarge(f"The document has more than {MAX_CONTEXTS} contexts.")

    def _enter_address(self, address: str, scope: Scope) -> Scope:
        if address not in known_contexts():
            known = ", ".join(known_contexts())
            raise UnknownContext(
                f"The context {address:.200} is not known here and nothing is fetched. Write its "
                f"definitions into the document, or use one of: {known}."
            )
        # Behind another context it must be processed anew, which takes time; once is enough.
        self.late_bundles += scope != Scope()
        if self.late_bundles > 2:
            raise DocumentTooLarge("Too many bundled contexts behind others; name each one once.")
        terms = bundled_terms(address)
        _refuse_remaps(terms, scope)
        if address == SECURITY:
            return replace(scope, inline={**scope.inline, **terms})
        inline = {term: iri for term, iri in scope.inline.items() if term not in terms}
        words = known_contexts()[address]["@context"].get("@vocab", scope.vocabulary)
        core = {**scope.core, **terms} if scope.core else terms
        self.said.named.append(Scope(core, address, inline, words))
        return self.said.named[-1]

    def _enter_inline(self, context: Definitions, scope: Scope) -> Scope:
        if "@import" in context:
            raise UnknownContext("@import is not read here; name the context in a list instead.")
        self.inline_terms += len(context)
        if self.inline_terms > MAX_INLINE_TERMS:
            raise DocumentTooLarge(
                f"The document defines more than {MAX_INLINE_TERMS} terms of its own."
            )
        _check_lengths(context)
        words = context.get("@vocab")
        if isinstance(words, str):
            scope = replace(scope, vocabulary=words)
        meanings = {term: meaning_of(term, context, scope) for term in context if term[:1] != "@"}
        _refuse_remaps(meanings, scope)
        self.said.defined.append(meanings)
        scope = replace(scope, inline={**scope.inline, **meanings})
        for term, definition in context.items():
            if _is_scoped(definition):
                self.said.has_scoped = True
                self.enter(definition["@context"], scope)
                size = _size(definition["@context"])
                self.scoped[term] = max(size, self.scoped.get(term, 0))
        return scope


def _opens_context(key: str, scope: Scope) -> bool:
    """Whether what lies under `key` is a document of its own (our term `metadata`)."""
    return any(key == term.name and key in scope.core for term in vocabulary.TERMS_WITH_CONTEXT)


def _check_lengths(context: Definitions) -> None:
    """Names and IRIs in a context are resolved over and over; long ones would take seconds."""
    for term, definition in context.items():
        parts = definition.values() if isinstance(definition, dict) else (definition,)
        for text in (term, *parts):
            if isinstance(text, str):
                short_enough(text)


def _check_reference(key: str, text: str, scope: Scope) -> None:
    """What names a node is resolved segment by segment."""
    if "@id" in (key, scope.meaning(key)):
        short_enough(text)


def _texts(value: Any) -> Iterable[str]:
    """What may name a type: the value, or those in a list of them."""
    return (each for each in (value if isinstance(value, list) else [value]) if type(each) is str)


def _is_scoped(definition: Any) -> bool:
    return isinstance(definition, dict) and "@context" in definition


def _size(context: Any) -> int:
    """What a context costs: its definitions, those of contexts inside it, and ten for itself."""
    size = 10
    for part in context if isinstance(context, list) else [context]:
        if isinstance(part, str):
            size += len(bundled_terms(part))
        elif isinstance(part, dict):
            inner = (each["@context"] for each in part.values() if _is_scoped(each))
            size += len(part) + sum(map(_size, inner))
    return size


def _refuse_remaps(meanings: Mapping[str, str | None], scope: Scope) -> None:
    for term in meanings.keys() & scope.core.keys():
        if scope.core[term] != meanings[term]:
            raise _remap(term, scope, meanings[term])


def _remap(term: str, scope: Scope, other: str | None) -> CoreTermRemapped:
    return CoreTermRemapped(
        f"“{term}” means {scope.core[term]} in {scope.core_context}, but this document makes it "
        f"{other or 'nothing'}. Take that definition out, or give the other meaning a prefix of "
        f"its own and write “prefix:{term}”."
    )


def meaning_of(
    term: str, context: Definitions, scope: Scope, seen: frozenset[str] = frozenset()
) -> str | None:
    """The IRI that `context` gives `term`; None where it takes its meaning away."""
    if term not in context or term in seen:
        return scope.meaning(term)
    if len(seen) > MAX_DEFINITIONS:
        raise DocumentTooLarge(
            f"“{term:.60}” is defined by way of more than {MAX_DEFINITIONS} other terms."
        )
    definition = context[term]
    target = definition.get("@id", term) if isinstance(definition, dict) else definition
    if not isinstance(target, str):
        return None
    prefix, colon, rest = target.partition(":")
    if target.startswith("@") or rest.startswith("//"):
        return target
    if colon:
        base = meaning_of(prefix, context, scope, seen | {term})
        return target if base is None else base + rest
    named = meaning_of(target, context, scope, seen | {term}) if target != term else None
    return named or scope.vocabulary + target


@cache
def bundled_terms(address: str) -> Mapping[str, str]:
    """Term → IRI of a context that travels with the code."""
    context = known_contexts()[address]["@context"]
    scope = Scope(vocabulary=context.get("@vocab", ""))
    meanings = ((term, meaning_of(term, context, scope)) for term in _terms(context))
    return {term: iri for term, iri in meanings if iri is not None}


def _terms(context: Definitions) -> Iterable[str]:
    return (term for term in context if not term.startswith("@"))
