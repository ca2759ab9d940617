"""The contexts a document brings along: known addresses only, few, small, and true to core terms.

A core term is one defined by ActivityStreams, schema.org or us. Whoever names such a context
relies on its meanings, and so do we when we read the statements; so a document may not bend one
by an inline definition, nor by naming two core contexts that disagree. Other vocabularies may use
the same words freely: they are told apart by IRI.
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
from recsys.lib.jsonld.limits import MAX_CONTEXTS, MAX_INLINE_TERMS
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


def check_contexts(document: Any) -> None:
    """Refuse unknown, too many or too large contexts, `@import`, and remaps of core terms."""
    _ContextCheck().visit(document, Scope())


class _ContextCheck:
    """Walks one document, counting as it goes."""

    def __init__(self) -> None:
        self.contexts = 0
        self.inline_terms = 0
        self.late_bundles = 0

    def visit(self, value: Any, scope: Scope) -> None:
        if isinstance(value, dict):
            if "@context" in value:
                scope = self.enter(value["@context"], scope)
            for key, child in value.items():
                if key != "@context" and isinstance(child, (dict, list)):
                    self.visit(child, Scope() if _opens_context(key, scope) else scope)
        elif isinstance(value, list):
            for child in value:
                if isinstance(child, (dict, list)):
                    self.visit(child, scope)

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
        for term in terms.keys() & scope.core.keys():
            _refuse_remap(term, scope, terms[term])
        if address == SECURITY:
            return replace(scope, inline={**scope.inline, **terms})
        inline = {term: iri for term, iri in scope.inline.items() if term not in terms}
        words = known_contexts()[address]["@context"].get("@vocab", scope.vocabulary)
        return Scope({**scope.core, **terms} if scope.core else terms, address, inline, words)

    def _enter_inline(self, context: Definitions, scope: Scope) -> Scope:
        if "@import" in context:
            raise UnknownContext("@import is not read here; name the context in a list instead.")
        self.inline_terms += len(context)
        if self.inline_terms > MAX_INLINE_TERMS:
            raise DocumentTooLarge(
                f"The document defines more than {MAX_INLINE_TERMS} terms of its own."
            )
        words = context.get("@vocab")
        if isinstance(words, str):
            scope = replace(scope, vocabulary=words)
        meanings = {term: meaning_of(term, context, scope) for term in context if term[:1] != "@"}
        for term in meanings.keys() & scope.core.keys():
            _refuse_remap(term, scope, meanings[term])
        scope = replace(scope, inline={**scope.inline, **meanings})
        for definition in context.values():
            if isinstance(definition, dict) and "@context" in definition:
                self.enter(definition["@context"], scope)
        return scope


def _opens_context(key: str, scope: Scope) -> bool:
    """Whether what lies under `key` is a document of its own (our term `metadata`)."""
    return any(key == term.name and key in scope.core for term in vocabulary.TERMS_WITH_CONTEXT)


def _refuse_remap(term: str, scope: Scope, other: str | None) -> None:
    if scope.core[term] == other:
        return
    raise CoreTermRemapped(
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
