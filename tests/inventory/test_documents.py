import json
import re

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inventory.jsonld import item_document
from inventory.models import Category, Item, ItemAttribute
from inventory.queries import CategoryTree
from inventory.rest.serializers import ItemReadSerializer
from inventory.services import import_documents, read_document, set_item_metadata
from recsys.lib.jsonld.errors import UnknownContext
from recsys.lib.jsonld.statements import expand_to_statements
from tests.factories import BidFactory, CategoryFactory, CreationFactory, ItemFactory, UserFactory
from tests.lib.jsonld.test_gltf import PACKET, asset, glb

pytestmark = pytest.mark.usefixtures("offline")

SCHEMA = "https://schema.org/"


def product(n, **more):
    return {"@context": SCHEMA, "@id": f"https://shop.example/{n}", "name": f"Fox {n}", **more}


def import_all(seller, *documents, **options):
    now = timezone.now()
    read = [read_document(document=each, now=now, **options) for each in documents]
    return import_documents(seller_id=seller.pk, documents=read)


def exported(item):
    """As the API answers it to its seller."""

    class Request:
        user = item.seller

    shown = ItemReadSerializer(item, context={"request": Request}).data
    return json.loads(json.dumps(item_document(shown, CategoryTree().by_id.get), default=str))


def restored(documents, seller):
    Item.objects.all().delete()
    Category.objects.all().delete()
    import_all(seller, *documents)
    return [exported(item) for item in Item.objects.order_by("pk")]


def test_what_a_document_says_is_read_without_a_database():
    now = timezone.now()
    read = read_document(document=product(1, keywords="fox"), now=now)
    assert (read.item.title, read.identity) == ("Fox 1", "https://shop.example/1")
    with pytest.raises(UnknownContext, match=re.escape("http://x.example/")):
        read_document(document={"@context": "http://x.example/"}, now=now)


@pytest.mark.django_db
class TestImport:
    def test_documents_become_items_with_statements(self, owner):
        report = import_all(owner, product(1, keywords="fox"), product(2))
        assert (report.created, report.updated) == (2, 0)
        assert set(Item.objects.values_list("title", flat=True)) == {"Fox 1", "Fox 2"}
        assert ItemAttribute.objects.filter(value="fox").count() == 1

    def test_same_documents_again_change_nothing(self, owner):
        nameless = {"@context": SCHEMA, "name": "No id", "keywords": ["b", "a"]}
        import_all(owner, product(1), nameless)
        before = list(Item.objects.values_list("pk", "title"))
        report = import_all(owner, product(1), nameless)
        assert (report.created, report.updated) == (0, 2)
        assert list(Item.objects.values_list("pk", "title")) == before

    def test_document_known_by_its_id_updates_its_item(self, owner):
        import_all(owner, product(1, keywords="fox"))
        import_all(owner, {**product(1, keywords="owl"), "name": "Owl"})
        item = Item.objects.get()
        assert item.title == "Owl"
        assert not ItemAttribute.objects.filter(value="fox").exists()

    def test_another_sellers_item_of_that_id_is_not_touched(self, owner, stranger):
        import_all(owner, product(1))
        report = import_all(stranger, {**product(1), "name": "Stolen"})
        assert report.created == 1
        assert Item.objects.get(seller=owner).title == "Fox 1"

    def test_statements_are_those_of_their_own_document(self, owner):
        import_all(owner, *map(product, range(300)))
        named = ItemAttribute.objects.filter(predicate="http://schema.org/name")
        assert named.count() == 300
        assert not named.exclude(value=F("item__title")).exists()

    def test_one_document_twice_in_a_batch_is_one_item(self, owner):
        assert import_all(owner, product(1), product(1)).created == 1

    def test_category_is_found_or_made(self, owner):
        animals = CategoryFactory(slug="animals")
        import_all(owner, product(1, category="Animals"), product(2, category="Old Maps"))
        assert Item.objects.get(title="Fox 1").category == animals
        assert Item.objects.get(title="Fox 2").category.name == "Old Maps"

    def test_price_stays_where_somebody_has_bid(self, owner):
        import_all(owner, product(1, offers={"@type": "AggregateOffer", "lowPrice": "5"}))
        item = Item.objects.get()
        BidFactory(item=item)
        Item.objects.update(bid_count=1, current_price=11)
        offers = {"@type": "AggregateOffer", "lowPrice": "900"}
        import_all(owner, {**product(1, offers=offers), "name": "Renamed"})
        item.refresh_from_db()
        assert (item.title, item.starting_price, item.current_price) == ("Renamed", 5, 11)

    def test_batch_costs_the_same_number_of_queries_whatever_its_size(
        self, owner, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(20):
            import_all(owner, *(product(n, category="Animals") for n in range(100)))


@pytest.mark.django_db
class TestRoundTrip:
    def test_export_of_an_import_of_an_export_says_the_same(self, owner):
        lot = ItemFactory(
            seller=owner, description="Old.", condition="used", reserve_price=50,
            bid_count=3, watcher_count=2, current_price=40, auction_status="sold",
        )  # fmt: skip
        set_item_metadata(item_id=lot.pk, document=product(1, offers={"@type": "Offer"}))
        avatar = CreationFactory(seller=owner, category=lot.category)
        items = Item.objects.filter(pk__in=[lot.pk, avatar.pk]).order_by("pk")
        documents = [exported(item) for item in items]
        again = restored(documents, owner)
        for before, after in zip(documents, again, strict=True):
            said, said_again = expand_to_statements(before), expand_to_statements(after)
            assert set(said.statements) == set(said_again.statements)
            assert said.identity == said_again.identity

    def test_exported_file_makes_the_same_items_in_an_empty_database(
        self, owner, stranger, tmp_path
    ):
        lot = ItemFactory(seller=owner, bid_count=2, current_price=9, is_hidden=True)
        set_item_metadata(item_id=lot.pk, document=product(1))
        CreationFactory(seller=owner, publication_status="draft", category=lot.category)
        CreationFactory(seller=owner, buy_now_price=5, current_price=None)
        ItemFactory(seller=stranger)
        first, second = tmp_path / "first.ndjson", tmp_path / "second.ndjson"
        call_command("export_jsonld", str(first), "--seller", str(owner.pk), verbosity=0)
        Item.objects.all().delete()
        Category.objects.all().delete()
        call_command("import_jsonld", str(first), "--seller", str(owner.pk), verbosity=0)
        call_command("export_jsonld", str(second), "--seller", str(owner.pk), verbosity=0)
        assert first.read_text() == second.read_text()
        assert len(first.read_text().splitlines()) == 3

    def test_an_export_of_everything_finds_everybodys_items_again(self, owner, stranger, tmp_path):
        lot, avatar = ItemFactory(seller=owner), CreationFactory(seller=stranger)
        first, second = tmp_path / "first.ndjson", tmp_path / "second.ndjson"
        call_command("export_jsonld", str(first), verbosity=0)
        Item.objects.all().delete()
        call_command("import_jsonld", str(first), verbosity=0)
        call_command("import_jsonld", str(first), verbosity=0)
        assert dict(Item.objects.values_list("pk", "seller")) == {
            lot.pk: owner.pk,
            avatar.pk: stranger.pk,
        }
        call_command("export_jsonld", str(second), verbosity=0)
        assert first.read_text() == second.read_text()

    def test_what_names_nobody_here_is_the_houses(self, owner, tmp_path):
        mine = exported(CreationFactory(seller=owner))
        Item.objects.all().delete()
        owner.delete()
        elsewhere = product(1) | {
            "dcterms:creator": {"@id": "https://elsewhere.example/people/1/"}
        }
        file = tmp_path / "lines.ndjson"
        file.write_text("\n".join(map(json.dumps, [mine, elsewhere, product(2)])))
        call_command("import_jsonld", str(file), verbosity=0)
        assert {item.seller.username for item in Item.objects.all()} == {"house"}
        assert Item.objects.count() == 3

    def test_an_old_export_changes_no_figures_of_the_item_that_is_there(self, owner):
        item = ItemFactory(seller=owner, starting_price=5, current_price=5)
        document = exported(item) | {"bidCount": 9, "watcherCount": 9, "currentPrice": "99.00"}
        import_all(owner, document)
        item.refresh_from_db()
        assert (item.bid_count, item.watcher_count, item.current_price) == (0, 0, 5)

    def test_a_copy_of_anothers_item_begins_anew(self, owner, stranger):
        item = ItemFactory(seller=stranger, starting_price=5, current_price=50, bid_count=4)
        import_all(owner, exported(item))
        copy = Item.objects.get(seller=owner)
        assert (copy.bid_count, copy.current_price) == (0, 5)

    def test_next_item_gets_a_number_of_its_own(self, owner):
        item = CreationFactory(seller=owner)
        documents = [exported(item)]
        restored(documents, owner)
        assert CreationFactory(seller=owner).pk != item.pk


words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
values = st.one_of(
    words,
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15),
    st.booleans(),
    st.builds(lambda text: {"@value": text, "@language": "de-AT"}, words),
    st.builds(lambda n: {"@id": f"https://x.example/{n}"}, st.integers(0, 99)),
    st.lists(words, max_size=3).map(lambda texts: {"@list": texts}),
)
keys = st.sampled_from(["dc:title", "dc:subject", "ex:nested", "schema:price", "unexplained"])
nodes = st.recursive(
    values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4)
)
CONTEXT = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "ex": "http://example.org/",
    "schema": "http://schema.org/",
}


class TestAnyItem(TestCase):
    @settings(max_examples=20)
    @given(st.dictionaries(keys, nodes, max_size=4), words, words)
    def test_any_item_survives_the_round_trip(self, statements, title, description):
        seller = UserFactory()
        item = CreationFactory(seller=seller, title=f"T{title}", description=description)
        metadata = {"@context": CONTEXT, **statements}
        set_item_metadata(item_id=item.pk, document=metadata)
        item.refresh_from_db()
        before = exported(item)
        (after,) = restored([before], seller)
        assert Item.objects.get().metadata == metadata
        assert set(expand_to_statements(before).statements) == set(
            expand_to_statements(after).statements
        )


@pytest.mark.django_db
class TestCommand:
    def run(self, capsys, owner, *files):
        call_command("import_jsonld", *map(str, files), "--seller", str(owner.pk), "--json")
        return json.loads(capsys.readouterr().out)

    def test_single_document_array_lines_and_assets(self, capsys, owner, tmp_path):
        names = "one.jsonld", "many.json", "lines.ndjson", "fox.glb", "Reineke.VRM"
        single, array, lines, model, avatar = (tmp_path / name for name in names)
        single.write_text(json.dumps(product(1), indent=2))
        array.write_text(json.dumps([product(2), product(3)]))
        lines.write_text(f"{json.dumps(product(4))}\n\n{json.dumps(product(5))}\n")
        model.write_bytes(glb(asset(PACKET)))
        avatar.write_bytes(glb(asset(VRMC_vrm={"meta": {"name": "Reineke"}})))
        report = self.run(capsys, owner, single, array, lines, model, avatar)
        assert report == {"created": 7, "updated": 0, "failed": 0, "with_unexplained_words": 0}
        assert Item.objects.filter(title="Fox", metadata__has_key="dc:title").exists()
        kinds = Item.objects.exclude(kind="lot").order_by("kind").values_list("title", "kind")
        assert list(kinds) == [("Reineke", "avatar"), ("Fox", "prop")]
        assert self.run(capsys, owner, array)["updated"] == 2

    def test_operator_hears_of_words_no_context_explains(self, capsys, caplog, owner, tmp_path):
        lines = tmp_path / "lines.ndjson"
        context = {"name": "http://schema.org/name"}
        rows = [{"@context": context, "name": f"Fox {n}", "hue": n} for n in range(3)]
        lines.write_text("\n".join(map(json.dumps, rows)))
        assert self.run(capsys, owner, lines)["with_unexplained_words"] == 3
        assert "hue (3)" in caplog.text

    def test_bad_lines_are_counted_and_skipped_and_the_exit_says_so(self, owner, tmp_path):
        lines = tmp_path / "lines.ndjson"
        good, long = json.dumps(product(1)), json.dumps("x" * 1_000_000)
        lines.write_text(f'{good}\n{{\n{{"@context": "http://x/"}}\n{long}\n5')
        with pytest.raises(CommandError, match="4 failed"):
            call_command("import_jsonld", str(lines), "--seller", str(owner.pk))
        assert Item.objects.count() == 1

    def test_missing_file_and_unknown_seller_are_one_line_each(self, owner, tmp_path):
        with pytest.raises(CommandError, match="No such file"):
            call_command("import_jsonld", str(tmp_path / "none"), "--seller", str(owner.pk))
        with pytest.raises(CommandError, match="no user 99999"):
            call_command("import_jsonld", str(tmp_path), "--seller", "99999")
