import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld

from recsys.lib.jsonld import expansion
from recsys.lib.jsonld.expansion import MOST_CONTEXTS, MOST_WORDS, Expander, words_of
from recsys.lib.jsonld.loader import ACTIVITYSTREAMS, SCHEMA_ORG, frozen_loader
from recsys.lib.jsonld.processor import BROKEN_BY_INPUT, RELATIVE_TO

pytestmark = pytest.mark.filterwarnings("ignore::SyntaxWarning")

TERMS = ["a", "b", "c", "name", "Fox"]
DEFINITIONS = [
    "http://x/a", "dc:e", "@nest", "@graph", None,
    *({"@type": type_} for type_ in ("@id", "@vocab", "@json", "@none", "dc:date")),
    *({"@language": language} for language in ("de", None)), {"@direction": "rtl"},
    *({"@container": each} for each in ("@list", "@set", "@language", "@index", "@id", "@graph")),
    {"@container": ["@graph", "@id"]}, {"@container": "@type", "@type": "@vocab"},
    {"@container": "@index", "@index": "dc:index"}, {"@reverse": "http://x/of"},
    *({"@context": each} for each in (None, {"a": "http://x/in"}, {"@vocab": "http://x/in/"})),
]  # fmt: skip
"""Valid of any term; without an IRI of its own it goes by the prefix or the vocabulary."""

inline = st.fixed_dictionaries(
    {"@vocab": st.sampled_from(["http://x/v/", "dc:"]), "dc": st.just("http://purl.org/dc/")},
    optional={
        "@language": st.just("en"),
        "@base": st.sampled_from(["http://x/base/", None]),
        **dict.fromkeys(TERMS, st.sampled_from(DEFINITIONS)),
        "key": st.just("@id"),
        "kind": st.just("@type"),
    },
)
contexts = st.sampled_from([SCHEMA_ORG, ACTIVITYSTREAMS]) | inline
names = st.sampled_from(["http://x/i", "#it", "_:b", "Fox", "dc:x", "a", "de", "@none", "@it", ""])
scalars = st.sampled_from([None, True, 1.5, "fox", "http://x/z", "a"])
literals = st.sampled_from(
    [{"@value": 1}, {"@value": "x", "@language": "de"}, {"@value": None, "@index": "i"}]
)


def node(inner):
    """A node whose values are drawn from `inner`."""
    named = st.dictionaries(st.sampled_from([*TERMS, "dc:d", "http://x/y", "url", "none"]), inner)
    special = {
        "@id": names,
        "key": names,
        "@type": names | st.lists(names, max_size=2),
        "kind": names,
        "@reverse": st.just({"a": {"@id": "dc:x"}, "b": []}),
        "@graph": st.lists(inner, max_size=2),
        "@included": st.just({"a": "fox", "b": ["it"]}),
        "@index": st.just("i"),
        "@context": inline,
    }
    return st.builds(dict.__or__, named, st.fixed_dictionaries({}, optional=special))


values = st.recursive(
    scalars | literals,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(names, inner, max_size=3)
        | st.dictionaries(st.sampled_from(["@list", "@set"]), inner, max_size=1)
        | node(inner)
    ),
    max_leaves=8,
)


def outcome(processor, document):
    """What the processor makes of the document, to the order of keys, and what it drops."""
    dropped = []
    options = {"documentLoader": frozen_loader(), "base": RELATIVE_TO}
    try:
        nodes = processor(dropped.append).expand(document, options)
    except BROKEN_BY_INPUT as error:
        return type(error), str(error)
    return json.dumps(nodes), dropped


@given(contexts, node(values))
def test_any_document_is_expanded_as_pyld_does_it(context, document):
    document = {**document, "@context": context}
    (ours, named), (pylds, known) = (
        outcome(processor, document) for processor in (Expander, jsonld.JsonLdProcessor)
    )
    assert ours == pylds
    assert len(named) == len(known)
    assert Counter(named) >= Counter(name for name in known if name is not None)


def test_what_pyld_drops_without_a_name_is_named():
    document = {"@context": {"hue": None}, "hue": 1, "@foo": 2, "http://x/a": {"@foo": 3}}
    assert outcome(jsonld.JsonLdProcessor, document)[1] == [None] * 3
    assert outcome(Expander, document)[1] == ["hue", "@foo", "@foo"]


@pytest.mark.parametrize(
    ("value", "literal"),
    [("Reineke", {"@language": "de", "@value": "Reineke"}), (5, {"@value": 5})],
)
def test_what_a_word_makes_of_text_and_numbers_is_asked_once(monkeypatch, value, literal):
    context = {"@context": {"fox": "http://x/fox", "@language": "de"}}
    first = outcome(Expander, context | {"fox": value})
    monkeypatch.delattr(jsonld.JsonLdProcessor, "_expand_value")
    second = outcome(Expander, context | {"fox": [value]})
    assert first == second
    assert json.loads(first[0]) == [{"http://x/fox": [literal]}]


@pytest.fixture
def nothing_remembered(monkeypatch):
    monkeypatch.setattr(expansion, "_words", {})


@pytest.mark.usefixtures("nothing_remembered")
def test_what_is_remembered_has_an_end():
    contexts = [{"mappings": {}, "@vocab": f"http://x/{n}/"} for n in range(MOST_CONTEXTS + 1)]
    for context in contexts:
        words = words_of(context)
        assert words["fox"].iri == context["@vocab"] + "fox"
    for number in range(MOST_WORDS):
        assert words[f"fox {number}"] is None
        assert words[f"fox{number}" * 100].iri.endswith(f"fox{number}")
    assert len(words) <= MOST_WORDS
    assert max(map(len, words)) <= 500
    assert len(expansion._words) <= MOST_CONTEXTS
