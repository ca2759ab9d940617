import pytest
from hypothesis import given

from recsys.lib.errors import DomainError
from recsys.lib.jsonld.statements import TYPE, Statement, expand_to_statements, number_of
from recsys.lib.jsonld.vocabulary import RDF, XSD, expand_name, namespace, shorten
from tests.lib.jsonld.test_contexts import anything

SCHEMA = "http://schema.org/"
DC = {"dc": "http://purl.org/dc/elements/1.1/"}


def said(document):
    return expand_to_statements(document).statements


def test_text_with_language_and_datatype():
    document = {
        "@context": DC,
        "dc:title": [{"@value": "Fuchs", "@language": "de-AT"}, "Fox"],
        "dc:date": {"@value": "2024-05-01", "@type": f"{XSD}date"},
    }
    title, date = f"{DC['dc']}title", f"{DC['dc']}date"
    assert said(document) == (
        Statement("", date, "2024-05-01", 1714521600.0, f"{XSD}date"),
        Statement("", title, "Fuchs", language="de-at"),
        Statement("", title, "Fox"),
    )


@pytest.mark.parametrize(
    ("value", "text", "number", "datatype"),
    [
        (12, "12", 12.0, f"{XSD}integer"),
        (12.0, "12", 12.0, f"{XSD}integer"),
        (1.5, "1.5", 1.5, f"{XSD}double"),
        (True, "true", None, f"{XSD}boolean"),
        ("12.50", "12.50", 12.5, ""),
        ("fox", "fox", None, ""),
    ],
)
def test_native_values_become_text_number_and_datatype(value, text, number, datatype):
    assert said({"http://x/a": value}) == (Statement("", "http://x/a", text, number, datatype),)


def test_nested_nodes_are_subjects_of_their_own():
    document = {
        "@context": "https://schema.org/",
        "@id": "https://shop.example/1",
        "@type": "Product",
        "offers": {"@type": "Offer", "price": 5},
    }
    reading = expand_to_statements(document)
    assert reading.identity == "https://shop.example/1"
    assert set(reading.statements) == {
        Statement("", TYPE, f"{SCHEMA}Product", object_iri=f"{SCHEMA}Product"),
        Statement("", f"{SCHEMA}offers", "_:1", object_iri="_:1"),
        Statement("_:1", TYPE, f"{SCHEMA}Offer", object_iri=f"{SCHEMA}Offer"),
        Statement("_:1", f"{SCHEMA}price", "5", 5.0, f"{XSD}integer"),
    }


def test_lists_reverse_properties_and_json_literals_are_statements_too():
    document = {
        "@context": {"j": {"@id": "http://x/j", "@type": "@json"}},
        "@id": "http://x/me",
        "http://x/list": {"@list": ["a", "b"]},
        "@reverse": {"http://x/made": {"@id": "http://x/maker"}},
        "j": {"b": [1], "a": None},
    }
    assert set(said(document)) == {
        Statement("", "http://x/list", "a"),
        Statement("", "http://x/list", "b"),
        Statement("http://x/maker", "http://x/made", "http://x/me", object_iri="http://x/me"),
        Statement("", "http://x/j", '{"a":null,"b":[1]}', datatype=f"{RDF}JSON"),
    }


def test_nodes_that_point_at_each_other_are_read_once():
    document = {
        "@graph": [
            {"@id": "http://x/a", "http://x/next": {"@id": "http://x/b"}},
            {"@id": "http://x/b", "http://x/next": {"@id": "http://x/a"}},
        ]
    }
    assert set(said(document)) == {
        Statement("", "http://x/next", "http://x/b", object_iri="http://x/b"),
        Statement("http://x/b", "http://x/next", "http://x/a", object_iri="http://x/a"),
    }


def test_relative_references_join_nodes_inside_the_document():
    document = {
        "@id": "",
        "http://x/part": {"@id": "#part", "http://x/of": {"@id": ""}},
    }
    assert set(said(document)) == {
        Statement("", "http://x/part", "#part", object_iri="#part"),
        Statement("#part", "http://x/of", "_:0", object_iri="_:0"),
    }


def test_relative_types_and_unexplained_words_are_reported_as_dropped():
    reading = expand_to_statements({"@type": "Fox", "colour": "red", "http://x/a": 1})
    assert set(reading.dropped) == {"Fox", "colour"}
    assert len(reading.statements) == 1


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1e3", 1000.0), ("-.5", -0.5), ("1e999", None), ("", None), ("١٢", None),
        ("2024-05-01T12:00:00Z", 1714564800.0), ("2024-05-01T14:00:00+02:00", 1714564800.0),
        ("2024-13-01", None), ("12 foxes", None), ("0x10", None), ("nan", None), ("1_000", None),
    ],
)  # fmt: skip
def test_number_of_a_text(text, number):
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("given", "tag"), [("en", "en"), ("de-AT", "de-at"), ("en_US", "en-us"), ("x-default",) * 2]
)
def test_language_tags_are_compared_in_one_spelling(given, tag):
    text = {"@value": "a", "@language": given}
    (statement,) = expand_to_statements({"http://x/a": text}).statements
    assert statement.language == tag


@pytest.mark.parametrize("word", ["@language", "@direction"])
def test_word_for_texts_at_a_node_is_reported_as_dropped(word):
    reading = expand_to_statements(
        {word: "ltr", "http://x/a": [1, {word: "ltr", "http://x/b": 2}]}
    )
    assert [statement.value for statement in reading.statements] == ["1", "_:1", "2"]
    assert reading.dropped == (word,)


@pytest.mark.parametrize(
    ("words", "dropped"),
    [
        ({"@foo": 1}, "@foo"),
        ({"hue": 1}, "hue"),
        ({"a": {"@foo": 1, "b": 2}}, "@foo"),
        ({"a": {"@value": 1, "@foo": 2}}, "@foo"),
        ({"a": {"@list": [1], "@foo": 2}}, "@foo"),
        ({"part": {"hue": 1}}, "hue"),
        ({"@reverse": {"hue": {"@id": "http://x/"}}}, "hue"),
        ({"@type": ["@foo", "B"]}, "@type"),
        ({"@type": ["Hue", "B"]}, "@type"),
        ({"@id": "@foo"}, "@id"),
        ({"a": {"@id": "@foo", "b": 1}}, "@id"),
    ],
)
def test_what_means_nothing_is_reported_as_dropped(words, dropped):
    context = {"@vocab": "http://x/", "hue": None, "Hue": None, "part": "@nest"}
    reading = expand_to_statements({"@context": context, "c": 1, **words})
    assert reading.dropped == (dropped,)
    assert [said.predicate for said in reading.statements].count("http://x/c") == 1


def test_word_that_means_something_in_its_place_is_not_reported():
    hue = {"@id": "http://x/B", "@context": {"hue": "http://x/hue"}}
    context = {"@vocab": "http://x/", "hue": None, "B": hue}
    reading = expand_to_statements({"@context": context, "@type": "B", "hue": "red"})
    assert reading.dropped == ()
    assert [said.value for said in reading.statements] == ["http://x/B", "red"]


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("dc:subject", "http://purl.org/dc/elements/1.1/subject"),
        ("<urn:x:y>", "urn:x:y"),
        ("http://x/a", "http://x/a"),
        ("unknown:x", None),
        ("subject", None),
    ],
)
def test_names_in_queries(name, iri):
    assert expand_name(name) == iri


def test_short_names_lead_back_to_their_iri():
    assert shorten(f"{namespace()}kind") == "recsys:kind"
    assert expand_name(shorten("http://purl.org/dc/terms/title")) == (
        "http://purl.org/dc/terms/title"
    )


@given(anything)
def test_any_document_yields_statements_that_can_be_stored_or_is_refused(value):
    try:
        statements = said({"@context": "https://schema.org/", "name": value})
    except DomainError:
        return
    assert len(set(statements)) == len(statements)
    for statement in statements:
        assert ":" in statement.predicate
        assert "\0" not in statement.value
