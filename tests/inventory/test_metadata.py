from datetime import timedelta
from itertools import combinations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inventory.models import Item, ItemAttribute
from inventory.queries import items_with_metadata, metadata_facets
from inventory.queries.expressions import MetadataExpression, parse_expression, predicate_iri
from inventory.services import set_item_metadata
from recsys.lib.either_way import ways
from recsys.lib.errors import InvalidInput, NotFound
from recsys.lib.jsonld.errors import UnknownContext
from recsys.lib.jsonld.statements import Statement, expand_to_statements
from recsys.lib.keyset import columns_of, rows_after
from tests.factories import CreationFactory, ItemFactory

pytestmark = pytest.mark.usefixtures("offline")

DC = "http://purl.org/dc/elements/1.1/"
CONTEXT = {"dc": DC, "schema": "http://schema.org/", "ex": "http://example.org/"}


def described(**statements):
    """An item whose metadata says `prefix_name=value`."""
    item = CreationFactory()
    document = {name.replace("_", ":", 1): value for name, value in statements.items()}
    set_item_metadata(item_id=item.pk, document={"@context": CONTEXT, **document})
    return item


def found(*expressions):
    return set(items_with_metadata(*expressions))


@pytest.mark.django_db
class TestStoring:
    def test_document_is_kept_as_given_and_its_statements_are_rows(self):
        item = ItemFactory()
        document = {"@context": CONTEXT, "dc:title": {"@value": "Fuchs", "@language": "de"}}
        report = set_item_metadata(item_id=item.pk, document=document)
        item.refresh_from_db()
        assert item.metadata == document
        assert report.statements == 1
        row = item.attributes.get(predicate=f"{DC}title")
        assert (row.value, row.head, row.language, row.number) == ("Fuchs", "Fuchs", "de", None)

    def test_every_statement_has_exactly_its_row(self):
        document = {
            "@context": "https://schema.org/",
            "@type": "Product",
            "name": "Fox",
            "offers": {"@type": "Offer", "price": "12.50", "url": "https://shop.example/1"},
        }
        item = ItemFactory()
        set_item_metadata(item_id=item.pk, document=document)
        rows = item.attributes.exclude(predicate="@id").values(*Statement._fields)
        assert {Statement(**row) for row in rows} == set(expand_to_statements(document).statements)

    def test_new_metadata_replaces_the_old_statements_of_this_item_only(self):
        item, other = described(dc_subject="fox"), described(dc_subject="fox")
        set_item_metadata(item_id=item.pk, document={"@context": CONTEXT, "dc:subject": "owl"})
        assert found("dc:subject=fox") == {other}
        assert found("dc:subject=owl") == {item}

    def test_only_what_changed_is_written(self):
        item = described(dc_subject=["fox", "owl"], dc_title="Fox", schema_price=5)
        before = dict(item.attributes.values_list("value", "pk"))
        document = {"@context": CONTEXT, "dc:title": "Fox", "dc:subject": ["elk", "fox"]}
        set_item_metadata(item_id=item.pk, document=document)
        after = dict(item.attributes.exclude(predicate="@id").values_list("value", "pk"))
        assert after.keys() == {"Fox", "elk", "fox"}
        assert {value for value, pk in after.items() if before.get(value) == pk} == {"Fox", "fox"}
        with CaptureQueriesContext(connection) as queries:
            set_item_metadata(item_id=item.pk, document=document)
        assert not any(
            query["sql"].startswith(("INSERT", "DELETE")) for query in queries.captured_queries
        )

    @pytest.mark.parametrize("heads", ["ab", "ba", "aab"])
    def test_values_that_begin_alike_are_told_apart_after_any_change(self, heads):
        item = described(dc_title=["x" * 100 + end for end in "abc"])
        values = sorted({"x" * 100 + end for end in heads})
        set_item_metadata(item_id=item.pk, document={"@context": CONTEXT, "dc:title": values})
        said = item.attributes.filter(predicate=f"{DC}title").order_by("ordinal")
        assert sorted(said.values_list("value", flat=True)) == values
        assert [*said.values_list("ordinal", flat=True)] == [0, 1]

    @pytest.mark.parametrize(
        "part",
        [
            lambda item: item.attributes.update(item=item.pk + 1),
            lambda item: Item.objects.filter(pk=item.pk)._raw_delete("default"),
        ],
    )
    def test_no_statement_is_parted_from_its_item(self, part):
        item = described(dc_subject="fox")

        @transaction.atomic
        def part_them():
            part(item)
            connection.check_constraints()

        with pytest.raises(IntegrityError):
            part_them()
        assert Item.objects.get().attributes.count() == 2

    def test_empty_document_takes_all_statements_away(self):
        item = described(dc_subject="fox")
        set_item_metadata(item_id=item.pk, document={})
        assert not ItemAttribute.objects.filter(item=item).exists()

    def test_refused_document_leaves_the_former_metadata_in_place(self):
        item = described(dc_subject="fox")
        with pytest.raises(UnknownContext):
            set_item_metadata(item_id=item.pk, document={"@context": "http://remote.example/"})
        assert found("dc:subject=fox") == {item}
        assert "dc:subject" in Item.objects.get(pk=item.pk).metadata

    def test_words_no_context_explains_are_kept_and_reported(self):
        item = ItemFactory()
        report = set_item_metadata(item_id=item.pk, document={"colour": "red"})
        assert report.dropped == ("colour",)
        assert Item.objects.get(pk=item.pk).metadata == {"colour": "red"}

    def test_metadata_of_an_item_that_is_not_there(self):
        with pytest.raises(NotFound):
            set_item_metadata(item_id=1, document={})


WAYS = {
    "at once": {},
    "looked at first": {"FEW": 0},
    "apt": {"SAMPLE": 2, "APT": 4},
    "together": {"SOON": 1, "SCARCE": 1_000},
    "few": {"SOON": 1, "SCARCE": 0},
    "more than two": {"SOON": 1, "SCARCE": 0, "FEW": 2},
    "many": {"SOON": 0, "SCARCE": 0, "FEW": 0},
}


@pytest.fixture(params=WAYS.values(), ids=WAYS)
def whichever_way(request, monkeypatch):
    """What is found is the same, from where and however far it is read."""
    limits = {**request.param}
    monkeypatch.setitem(ways.FEW, connection.vendor, limits.pop("FEW", 1_000))
    for name, limit in limits.items():
        monkeypatch.setattr(ways, name, limit)


@pytest.mark.django_db
@pytest.mark.usefixtures("whichever_way")
class TestFinding:
    def test_equal_text_by_known_prefix_full_iri_and_iri_in_brackets(self):
        item = described(dc_subject=["fox", "forest"])
        described(dc_subject="foxes")
        for name in ("dc:subject", f"{DC}subject", f"<{DC}subject>"):
            assert found(f"{name}=fox") == {item}

    def test_every_expression_must_hold(self):
        both = described(dc_subject=["fox", "owl"])
        described(dc_subject="fox")
        assert found("dc:subject=fox", "dc:subject=owl") == {both}

    def test_unequal_means_no_statement_says_so(self):
        described(dc_subject=["fox", "owl"])
        owl, silent = described(dc_subject="owl"), described()
        assert found("dc:subject!=fox") == {owl, silent}

    def test_numbers_compare_as_numbers(self):
        cheap, dear = described(schema_price="9.50"), described(schema_price=100)
        assert found("schema:price>=10") == {dear}
        assert found("schema:price<=10") == {cheap}
        assert found("schema:price>=9.5", "schema:price<=100") == {cheap, dear}

    def test_both_ends_of_a_range_hold_for_a_single_value(self):
        described(schema_price=[5, 25])
        within = described(schema_price=[5, 15])
        assert found("schema:price>=10", "schema:price<=20") == {within}

    def test_dates_compare_as_moments(self):
        old, new = described(dc_date="2023-12-31"), described(dc_date="2024-01-01T02:00:00+01:00")
        assert found("dc:date>=2024-01-01") == {new}
        assert found("dc:date<=2023-12-31T23:00:00Z") == {old}

    def test_prefix_keeps_case_and_takes_wildcards_literally(self):
        item = described(dc_title="Fox 100% red_")
        described(dc_title="fox")
        described(dc_title="Fo")
        assert found("dc:title~Fox") == {item}
        assert found("dc:title~Fox 100%") == {item}
        assert found("dc:title~Fox _") == set()

    def test_long_values_are_told_apart_beyond_what_is_indexed(self):
        one, two = described(dc_title="a" * 150 + "1"), described(dc_title="a" * 150 + "2")
        assert found(f"dc:title={'a' * 150}1") == {one}
        assert found(f"dc:title~{'a' * 150}2") == {two}
        assert found(f"dc:title~{'a' * 120}") == {one, two}

    def test_language_tag_stands_for_its_regions(self):
        british = described(dc_title={"@value": "Fox", "@language": "en-GB"})
        english = described(dc_title={"@value": "Fox", "@language": "en"})
        german = described(dc_title={"@value": "Fox", "@language": "de"})
        assert found("dc:title=Fox@en") == {british, english}
        assert found("dc:title~F@en-gb") == {british}
        assert found("dc:title!=Fox@en") == {german}
        assert found("dc:title=Fox") == {british, english, german}

    def test_quoted_value_is_taken_to_the_letter(self):
        item = described(dc_title="fox@home")
        assert found('dc:title="fox@home"') == {item}
        assert found("dc:title=fox@home") == set()

    def test_objects_are_found_by_full_and_by_short_iri(self):
        item = described(dc_type={"@id": "http://schema.org/Product"})
        assert (
            found("dc:type=schema:Product") == found("dc:type=http://schema.org/Product") == {item}
        )

    def test_types_and_nested_nodes_are_found(self):
        offers = {"@type": "schema:Offer", "schema:price": 5}
        item = described(schema_offers=offers)
        assert found("rdf:type=schema:Offer", "schema:price<=5") == {item}

    @pytest.mark.parametrize(
        "text",
        ["", "fox", "subject=fox", "unknown:x=1", "dc:subject", "dc:date>=soon", "dc:x=\0", "=1"],
    )
    def test_malformed_expression_is_refused_under_its_field(self, text):
        with pytest.raises(InvalidInput) as refusal:
            items_with_metadata(text)
        assert refusal.value.fields["meta"]

    def test_many_expressions_are_one_statement(self, django_assert_num_queries):
        described(dc_subject=["fox"], schema_price=5)
        with django_assert_num_queries(1):
            found("dc:subject=fox", "schema:price>=5", "dc:title!=x", "dc:subject~f")

    def test_any_two_expressions_leave_what_both_leave_alone(self):
        for n in range(8):
            described(
                dc_subject=["fox", "owl"][n % 2],
                dc_title=f"Fox {n // 2}",
                schema_price=[n, n + 4],
                schema_height=n,
                schema_width=[n, n + 4],
            )
        described()
        groups = [
            ("dc:subject=fox",), ("dc:subject=owl",), ("dc:title~Fox",), ("dc:title~Fox 1",),
            ("schema:price>=6",), ("schema:height<=2",), ("schema:width>=3", "schema:width<=5"),
            ("dc:subject!=fox",), ("dc:title=Fox 1@en",),
        ]  # fmt: skip
        alone = {group: found(*group) for group in groups}
        assert [len(items) for items in alone.values()] == [4, 4, 8, 2, 6, 3, 5, 5, 0]
        for one, two in combinations(groups, 2):
            both = alone[one] & alone[two]
            assert found(*one, *two) == found(*two, *one) == both

    def test_pages_of_what_is_found_are_its_parts_in_order(self):
        for n in range(9):
            described(dc_subject=["fox", "owl"][n % 3 == 0], dc_title=f"Fox {n}")
        for wanted in (("dc:subject=fox",), ("dc:title~Fox", "dc:subject!=owl")):
            rows = items_with_metadata(*wanted).newest_first()
            expected = found(*wanted)
            whole = [item for item in Item.objects.newest_first() if item in expected]
            assert [*rows.all()] == whole
            assert [*rows[:4], *rows[4:6], *rows[6:]] == whole
            assert [*rows.reverse()[:2]] == whole[:-3:-1]
            assert rows.count() == rows[:9].count() == len(whole) == 6
            assert [*Item.objects.filter(pk__in=rows[:2].values("pk")).newest_first()] == whole[:2]
            assert [*rows.values_list("title", flat=True)[:1]] == [whole[0].title]
            assert rows.explain()
            assert rows.select_related("seller").defer("metadata").first() == whole[0]

    @pytest.mark.parametrize(
        "text", ["100%", "%s", "it's", "'; DELETE --", "back\\slash", 'a "b" c', "{}", "Füchs:in"]
    )
    def test_quotes_and_signs_of_statements_are_letters_like_others(self, text):
        item, other = described(dc_title=text), described(dc_title="fox")
        assert found(f'dc:title="{text}"') == {item}
        assert found(f"dc:title~{text}") == {item}
        assert found(f'dc:title!="{text}"') == {other}
        assert found("dc:title~", f'dc:title!="{text}"') == {other}

    def test_sparse_and_common_parts_leave_the_same_wherever_a_page_begins(self):
        for n in range(40):
            described(
                dc_subject=["fox", "owl"][n % 2],
                dc_type=["thing", "place"][n % 10 == 0],
                dc_title={"@value": f"Fox {n % 3}", "@language": ["en-GB", "de"][n % 2]},
                schema_price=[n, n / 2],
            )
        queries = [
            ("schema:price<=9",), ("schema:price<=9", "dc:type=thing"), ("dc:title~Fox 1@en",),
            ("dc:title~Fox 2", "schema:price>=30"), ("dc:title=Fox 1@en", "dc:type=place"),
            ("dc:subject=fox", "dc:type=thing", "schema:price>=4", "schema:price<=6"),
            ("dc:type=place", "dc:subject=owl"), ("dc:title~Fox", "dc:type!=thing"),
        ]  # fmt: skip
        columns = columns_of(Item, ("-created_at", "-id"))
        for wanted in queries:
            rows, expected = items_with_metadata(*wanted).newest_first(), found(*wanted)
            whole = [item for item in Item.objects.newest_first() if item in expected]
            assert [*rows[:4]] == whole[:4]
            assert [*rows.reverse()[:4]] == whole[::-1][:4]
            for last in whole:
                after = rows_after(rows, columns, (last.created_at, last.pk))
                assert [*after[:3]] == whole[whole.index(last) + 1 :][:3]

    def test_item_that_says_it_twice_is_found_once(self):
        twice = [{"dc:creator": "Ann"}, {"dc:creator": "Ann"}]
        item = described(dc_relation=twice, dc_creator="Ann")
        assert list(items_with_metadata("dc:creator=Ann")) == [item]
        assert sorted(item.attributes.filter(value="Ann").values_list("ordinal", flat=True)) == [
            0, 1, 2,
        ]  # fmt: skip

    def test_statements_follow_their_item_to_another_time(self, now):
        item = described(dc_subject="fox")
        Item.objects.filter(pk=item.pk).update(created_at=now - timedelta(days=9))
        assert found("dc:subject=fox") == found("dc:subject=fox", "dc:subject~f") == {item}

    def test_full_iri_may_hold_what_would_be_an_operator(self):
        assert parse_expression("<http://x/?a=b~c>>=5") == MetadataExpression(
            "http://x/?a=b~c", ">=", "5"
        )


@pytest.mark.django_db
class TestFacets:
    def test_values_are_counted_once_per_item_most_frequent_first(self):
        for subjects in (["fox", "owl"], ["fox"], ["fox", "elk"]):
            described(dc_subject=subjects)
        facets = metadata_facets(predicate_iri("dc:subject"), Item.objects.all())
        assert [(facet.value, facet.count) for facet in facets] == [
            ("fox", 3), ("elk", 1), ("owl", 1),
        ]  # fmt: skip

    def test_only_the_given_items_count(self):
        item = described(dc_subject="fox")
        described(dc_subject="owl")
        facets = metadata_facets(predicate_iri("dc:subject"), Item.objects.filter(pk=item.pk))
        assert [facet.value for facet in facets] == ["fox"]

    def test_nodes_without_a_name_are_no_values(self):
        described(schema_offers={"schema:price": 5})
        assert metadata_facets(predicate_iri("schema:offers"), Item.objects.all()) == []


values = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=120)


class TestAnyValue(TestCase):
    @settings(max_examples=25)
    @given(values)
    def test_any_text_is_found_by_itself_and_by_its_beginning(self, text):
        item = described(dc_title=text)
        assert item in found(f'dc:title="{text}"')
        assert item in found(f'dc:title~"{text[: len(text) // 2]}"')
