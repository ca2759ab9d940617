import copy
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld

from recsys.lib.errors import DomainError
from recsys.lib.jsonld import vocabulary
from recsys.lib.jsonld.apps import check_loader
from recsys.lib.jsonld.contexts import bundled_terms
from recsys.lib.jsonld.errors import CoreTermRemapped
from recsys.lib.jsonld.loader import (
    ACTIVITYSTREAMS,
    SCHEMA_ORG,
    SECURITY,
    frozen_loader,
    known_contexts,
)
from recsys.lib.jsonld.processor import compact, expand, install_frozen_loader

SCHEMA_NAME = "http://schema.org/name"
FOAF_NAME = "http://xmlns.com/foaf/0.1/name"


def own() -> str:
    return vocabulary.own_address()


def test_our_terms_are_no_terms_of_schema_org_or_activitystreams():
    ours = {term.name for term in vocabulary.TERMS}
    assert not ours & bundled_terms(SCHEMA_ORG).keys()
    assert not ours & bundled_terms(ACTIVITYSTREAMS).keys()


@pytest.mark.parametrize("beside", [SCHEMA_ORG, ACTIVITYSTREAMS, SECURITY])
def test_our_context_stands_beside_the_others(beside):
    expanded = expand({"@context": [beside, own()], "kind": "avatar"}).nodes
    assert expanded == [{f"{vocabulary.namespace()}kind": [{"@value": "avatar"}]}]


@pytest.mark.parametrize("address", [SCHEMA_ORG, ACTIVITYSTREAMS, SECURITY])
def test_meanings_read_by_us_are_those_pyld_reads(address):
    processor = jsonld.JsonLdProcessor()
    options = {"documentLoader": frozen_loader(), "processingMode": "json-ld-1.1", "base": ""}
    options["contextResolver"] = jsonld.ContextResolver({}, frozen_loader())
    active = processor.process_context({"mappings": {}}, address, options)
    theirs = {term: mapping["@id"] for term, mapping in active["mappings"].items() if mapping}
    assert dict(bundled_terms(address)) == theirs


@pytest.mark.parametrize(
    ("contexts", "term", "first", "second"),
    [
        ([SCHEMA_ORG, {"name": FOAF_NAME}], "name", SCHEMA_NAME, FOAF_NAME),
        (
            [ACTIVITYSTREAMS, {"e": "http://evil.example/", "actor": "e:actor"}],
            "actor",
            "https://www.w3.org/ns/activitystreams#actor",
            "http://evil.example/actor",
        ),
        (
            [ACTIVITYSTREAMS, {"actor": {"@type": "@id", "@id": "http://evil.example/a"}}],
            "actor",
            "https://www.w3.org/ns/activitystreams#actor",
            "http://evil.example/a",
        ),
        (
            [{"x": "http://x/"}, SCHEMA_ORG, {"url": "x:url"}],
            "url",
            "http://schema.org/url",
            "http://x/url",
        ),
        ([SCHEMA_ORG, {"price": None}], "price", "http://schema.org/price", "nothing"),
    ],
)
def test_remapped_core_term_is_refused_with_term_and_both_iris(contexts, term, first, second):
    with pytest.raises(CoreTermRemapped) as refusal:
        expand({"@context": contexts})
    for part in (f"“{term}”", first, second, "prefix"):
        assert part in refusal.value.detail


def test_our_own_terms_cannot_be_remapped():
    with pytest.raises(CoreTermRemapped, match="kind"):
        expand({"@context": [own(), {"kind": "http://evil.example/kind"}]})


def test_two_core_contexts_that_disagree_are_refused():
    with pytest.raises(CoreTermRemapped):
        expand({"@context": [ACTIVITYSTREAMS, SCHEMA_ORG], "name": "which?"})


@pytest.mark.parametrize(
    "document",
    [
        {"@context": SCHEMA_ORG, "offers": {"@context": {"name": FOAF_NAME}}},
        {
            "@context": [
                SCHEMA_ORG,
                {"x": {"@id": "http://x/", "@context": {"name": FOAF_NAME}}},
            ]
        },
        {
            "@context": [
                {"x": {"@id": "http://x/", "@context": {"name": FOAF_NAME}}},
                SCHEMA_ORG,
            ]
        },
        {
            "@context": {"x": {"@id": "http://x/", "@context": SCHEMA_ORG}},
            "x": {"@context": {"name": FOAF_NAME}, "name": "a"},
        },
        {
            "@context": [
                {"x": {"@id": "http://x/", "@context": ACTIVITYSTREAMS}},
                SCHEMA_ORG,
            ]
        },
    ],
)
def test_remap_in_a_nested_or_scoped_context_is_refused(document):
    with pytest.raises(CoreTermRemapped):
        expand(document)


def test_contexts_inside_definitions_are_fine_where_they_bend_nothing():
    scoped = {"x": {"@id": "http://x/x", "@context": {"paw": "http://x/paw"}}}
    document = {"@context": [scoped, SCHEMA_ORG], "x": [{"paw": n} for n in range(300)]}
    assert len(expand(document).nodes[0]["http://x/x"]) == 300
    exported = {"@context": [SCHEMA_ORG, own()], "metadata": document | {"name": "a"}}
    inner = {"@context": [scoped, {"name": FOAF_NAME}], "name": "a", "x": {"paw": 1}}
    assert expand(exported | {"metadata": inner}).nodes


def test_same_word_of_two_vocabularies_is_told_apart_by_iri():
    assert expand({"@context": {"name": FOAF_NAME}, "name": "a"}).nodes == [
        {FOAF_NAME: [{"@value": "a"}]}
    ]
    assert expand({"@context": SCHEMA_ORG, "name": "a"}).nodes == [
        {SCHEMA_NAME: [{"@value": "a"}]}
    ]


def test_prefix_bound_to_something_else_is_told_apart_by_iri():
    document = {"@context": {"dc": "http://elsewhere.example/"}, "dc:subject": "fox"}
    assert expand(document).nodes == [{"http://elsewhere.example/subject": [{"@value": "fox"}]}]


def test_definition_that_repeats_a_core_meaning_is_fine():
    document = {"@context": [SCHEMA_ORG, {"name": {"@id": "schema:name"}}], "name": "a"}
    assert expand(document).nodes == [{SCHEMA_NAME: [{"@value": "a"}]}]


def test_extension_as_the_fediverse_writes_it_is_fine():
    document = {
        "@context": [
            ACTIVITYSTREAMS,
            SECURITY,
            {"toot": "http://joinmastodon.org/ns#", "sensitive": "as:sensitive"},
        ],
        "type": "Note",
        "sensitive": True,
        "toot:votersCount": 3,
    }
    assert len(expand(document).nodes[0]) == 3


def test_metadata_inside_an_exported_item_is_read_by_its_own_context_alone():
    inner = {"@context": {"name": FOAF_NAME}, "name": "inside", "unexplained": 1}
    document = {"@context": [SCHEMA_ORG, own()], "name": "outside", "metadata": inner}
    expansion = expand(document)
    assert expansion.nodes == [
        {
            SCHEMA_NAME: [{"@value": "outside"}],
            f"{vocabulary.namespace()}metadata": [{FOAF_NAME: [{"@value": "inside"}]}],
        }
    ]


def test_unexplained_words_are_reported():
    document = {"@context": {"a": "http://x/a"}, "a": 1, "b": 2, "c": {"d": 3}}
    assert expand(document).dropped == ("b", "c")


def test_compaction_uses_the_words_of_the_context():
    assert compact([{SCHEMA_NAME: [{"@value": "a"}]}], SCHEMA_ORG) == {
        "@context": SCHEMA_ORG,
        "name": "a",
    }


def test_eight_threads_read_as_one_does():
    document = {"@context": [ACTIVITYSTREAMS, {"x": "http://x/"}], "name": "a", "x:y": 1}
    alone = expand(document).nodes
    fresh = [
        {**document, "@context": [ACTIVITYSTREAMS, {"x": "http://x/", f"t{n}": "http://t/"}]}
        for n in range(400)
    ]
    with ThreadPoolExecutor(8) as threads:
        assert all(found.nodes == alone for found in threads.map(expand, fresh))


def test_start_up_check_notices_a_replaced_loader():
    assert check_loader() == []
    jsonld.set_document_loader(jsonld.dummy_document_loader())
    try:
        assert [error.id for error in check_loader()] == ["jsonld.E001"]
    finally:
        install_frozen_loader()


def test_any_other_use_of_pyld_in_the_process_cannot_fetch_either():
    with pytest.raises(jsonld.JsonLdError, match="outside the allowed set"):
        jsonld.expand("https://attacker.example/document")


KEYWORDS = ["@id", "@type", "@value", "@list", "@set", "@graph", "@reverse", "@language"]
ODDITIES = ["@context", "@included", "@nest", "@index", "http://x/a", "x:y", SCHEMA_ORG]
words = st.sampled_from([*KEYWORDS, *ODDITIES, "name", "type", "kind"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=5),
    max_leaves=20,
)


@given(anything, st.sampled_from([SCHEMA_ORG, ACTIVITYSTREAMS, None]))
def test_any_document_is_read_or_refused_and_the_contexts_stay_as_they_are(value, context):
    before = copy.deepcopy(known_contexts()[ACTIVITYSTREAMS])
    try:
        expand({"@context": context, "http://x/b": value})
        expand(value)
    except DomainError:
        pass
    assert known_contexts()[ACTIVITYSTREAMS] == before
