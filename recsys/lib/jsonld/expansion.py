"""PyLD's expansion, which finds out once what a word of a context makes of its values.

PyLD finds it out anew for every value: whether the word is a keyword, by which IRI it goes,
whether its values are IRIs, lists, maps or have a context of their own. Of most words none of
that is so, and what they make of text and numbers is known beforehand. All others are left to
PyLD.
"""

from typing import Any, NamedTuple

from pyld.jsonld import KEYWORDS, JsonLdProcessor, _is_absolute_iri

MOST_CONTEXTS = 32
MOST_WORDS = 1_000
LONGEST_WORD = 500
"""What is remembered of contexts, of the words of one, and of the characters of a word."""

USUAL = frozenset(
    {
        "@id", "@type", "@language", "@direction", "@nest",
        "reverse", "protected", "_prefix", "_term_has_colon",
    }
)  # fmt: skip
"""What PyLD's definition of a term may hold without a say in how its values are taken apart."""

TOGETHER = ("@nest", "@value")
"""Keywords whose entries are not read by themselves, but with those beside them."""

NOTHING = ""
"""What a word means that stands for nothing: `null` in the context, or made like a keyword."""

TEXT, NUMBERS = {str}, {int, float, bool}

_keywords = frozenset(KEYWORDS)


class Word(NamedTuple):
    """A word whose values are added, each expanded by itself, to those of an IRI."""

    iri: str
    text: dict[str, Any] | None
    """What text becomes, but for the text; None where it becomes an IRI."""
    number: dict[str, Any]
    """What numbers, true and false become, but for the value."""

    def literals(self, value: Any) -> list[dict[str, Any]] | None:
        """The value expanded where it is one of these or a list of either; else None."""
        values = value if isinstance(value, list) else [value]
        types = {*map(type, values)}
        literal = self.text if types <= TEXT else self.number if types <= NUMBERS else None
        return None if literal is None else [{**literal, "@value": each} for each in values]


class Expander(JsonLdProcessor):
    """A JSON-LD processor that expands as PyLD does, only faster; not made for framing.

    As PyLD's own caches, what it remembers is not for several threads at once.
    """

    def _expand_object(  # noqa: PLR0913, PLR0917 (PyLD's)
        self,
        active_ctx: Any,
        active_property: Any,
        expanded_active_property: Any,
        element: Any,
        expanded_parent: Any,
        options: Any,
        inside_list: bool = False,
        type_key: Any = None,
        type_scoped_ctx: Any = None,
    ) -> None:
        def leave(entries: Any) -> None:
            super(Expander, self)._expand_object(
                active_ctx, active_property, expanded_active_property, entries, expanded_parent,
                options, inside_list, type_key, type_scoped_ctx,
            )  # fmt: skip

        words = words_of(active_ctx)
        element = self._what_means_something(words, element)
        if any(words[key] in TOGETHER for key in element):
            leave(element)
            return
        may_name = expanded_active_property != "@reverse" and not options["isFrame"]
        base = options.get("base", "")
        for key in sorted(element):
            word, value = words[key], element[key]
            if isinstance(word, Word):
                expanded = word.literals(value)
                if expanded is None:
                    expanded = self._expand(active_ctx, key, value, options)
                if expanded is not None:
                    values = expanded_parent.setdefault(word.iri, [])
                    values.extend(self.arrayify(expanded))
            elif not (may_name and isinstance(value, str)) or word in expanded_parent:
                leave({key: value})
            elif word == "@id":
                expanded_parent[word] = self._expand_iri(active_ctx, value, base)
            elif word == "@type":
                expanded_parent[word] = self._expand_iri(type_scoped_ctx, value, base, vocab=True)
            else:
                leave({key: value})

    def _what_means_something(self, words: "Words", element: Any) -> Any:
        """The rest is reported here: PyLD does not name it."""
        nothing = [key for key in element if words[key] == NOTHING]
        if not nothing:
            return element
        for key in nothing:
            self.on_property_dropped(key)
        return {key: value for key, value in element.items() if key not in nothing}

    def _expand_iri(  # noqa: PLR0913, PLR0917 (PyLD's)
        self,
        active_ctx: Any,
        value: Any,
        base: Any = None,
        vocab: bool = False,
        local_ctx: Any = None,
        defined: Any = None,
    ) -> Any:
        """Looked up, where PyLD would first compare with each keyword and with a pattern."""
        if vocab and not local_ctx and isinstance(value, str):
            if value in _keywords:
                return value
            if value in active_ctx["mappings"]:
                mapping = active_ctx["mappings"][value]
                return mapping and mapping["@id"]
        return super()._expand_iri(active_ctx, value, base, vocab, local_ctx, defined)


class Words(dict[str, Word | str | None]):
    """The words of one context, by what is to be done with their values: a keyword stands for
    itself, `NOTHING` for what is left out, None for what only PyLD can tell."""

    def __init__(self, context: Any) -> None:
        self.context = context

    def __missing__(self, key: str) -> Word | str | None:
        meaning = _asked.meaning(self.context, key)
        if len(key) <= LONGEST_WORD:
            if len(self) >= MOST_WORDS:
                self.clear()
            self[key] = meaning
        return meaning


class _Asked(JsonLdProcessor):
    """PyLD itself."""

    def meaning(self, context: Any, key: str) -> Word | str | None:
        iri = self._expand_iri(context, key, vocab=True)
        if iri is None:
            return NOTHING
        if iri in _keywords:
            return str(iri)
        mapping = context["mappings"].get(key) or {"reverse": False}
        is_usual = mapping.keys() <= USUAL and not mapping["reverse"]
        if not is_usual or not _is_absolute_iri(iri) or mapping.get("@type") == "@json":
            return None
        is_iri = mapping.get("@type") in {"@id", "@vocab"}
        text, number = (self._expand_value(context, key, value, {}) for value in ("", 0))
        return Word(iri, None if is_iri else text, number)


_asked = _Asked()
_words: dict[int, Words] = {}


def words_of(context: Any) -> Words:
    """By the context's `id`, which no other has while the context is remembered with its words."""
    words = _words.get(id(context))
    if words is None:
        if len(_words) >= MOST_CONTEXTS:
            _words.clear()
        words = _words[id(context)] = Words(context)
    return words
