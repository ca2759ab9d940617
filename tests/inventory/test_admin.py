"""Items and categories in the console: edited, published and removed through their services."""

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from inventory.models import Category, Item
from recsys.lib.console import tables
from tests.factories import BidFactory, CategoryFactory, ItemFactory
from tests.project.console_tables import confirm, preview
from tests.project.test_console import signed_in

pytestmark = pytest.mark.django_db
ITEMS = reverse("admin:inventory_item_changelist")


@pytest.fixture
def browser(client, manager):
    return signed_in(client, manager)


def act(browser, action, item):
    asked = {"action": action, "_selected_action": [item.pk], "confirmed": "yes"}
    return browser.post(ITEMS, asked, follow=True).content.decode()


def form_of(page):
    """What a browser would send back unchanged."""
    form = page.context["adminform"].form
    values = {name: form[name].value() for name in form.fields}
    dates = {"start_at", "end_at"}
    sent = {name: value for name, value in values.items() if name not in dates and value}
    for name in dates & values.keys():
        if values[name]:
            sent[f"{name}_0"], sent[f"{name}_1"] = str(values[name])[:19].split(" ")
    return sent


def test_items_are_unpublished_and_published_again_with_a_line_in_their_history(browser):
    item = ItemFactory()
    assert "Unpublished: 1." in act(browser, "unpublish", item)
    assert Item.objects.get().publication_status == "unpublished"
    assert "Published: 1." in act(browser, "publish", item)
    assert Item.objects.get().publication_status == "published"
    lines = LogEntry.objects.order_by("id").values_list("object_id", "change_message")
    assert list(lines) == [(str(item.pk), "Unpublished"), (str(item.pk), "Published")]


def test_what_cannot_be_published_is_told_and_not_logged(browser):
    item = ItemFactory(publication_status="draft", auction_status=None, starting_price=None)
    assert "A lot needs a starting price." in act(browser, "publish", item)
    assert Item.objects.get().publication_status == "draft"
    assert not LogEntry.objects.exists()


def test_publishing_asks_first(browser):
    item = ItemFactory(publication_status="draft", auction_status=None)
    asked = {"action": "publish", "_selected_action": [item.pk]}
    assert "Publish them?" in browser.post(ITEMS, asked).content.decode()
    assert Item.objects.get().publication_status == "draft"


def test_an_item_is_edited_by_its_form(browser):
    item = ItemFactory(title="A chair")
    address = reverse("admin:inventory_item_change", args=[item.pk])
    browser.post(address, {**form_of(browser.get(address)), "title": "An oak chair"})
    item.refresh_from_db()
    assert (item.title, item.slug) == ("An oak chair", "an-oak-chair")


def test_the_terms_of_a_lot_with_bids_stay_and_the_page_says_why(browser):
    item = BidFactory(item__bid_count=1).item
    address = reverse("admin:inventory_item_change", args=[item.pk])
    sent = {**form_of(browser.get(address)), "starting_price": "1"}
    page = browser.post(address, sent, follow=True).content.decode()
    assert "Somebody has bid: price and times stay as they are." in page
    item.refresh_from_db()
    assert item.starting_price == 10


def test_an_item_is_found_by_its_words_and_by_its_number(browser):
    chair, _table = ItemFactory(title="A chair"), ItemFactory(title="A table")
    for asked in ("chair", str(chair.pk)):
        found = browser.get(ITEMS, {"q": asked}).context["cl"].result_list
        assert [item.title for item in found] == ["A chair"]


def test_a_category_gets_its_slug_from_its_name_and_cannot_lie_within_itself(browser):
    browser.post(reverse("admin:inventory_category_add"), {"name": "Old Chairs"})
    category = Category.objects.get()
    assert category.slug == "old-chairs"
    below = CategoryFactory(parent=category)
    address = reverse("admin:inventory_category_change", args=[category.pk])
    sent = {"name": "Old Chairs", "slug": "old-chairs", "parent": below.pk}
    page = browser.post(address, sent, follow=True).content.decode()
    assert "A category cannot lie within itself." in page
    category.refresh_from_db()
    assert category.parent is None


def test_a_category_with_items_is_not_deleted_and_the_page_says_why(browser):
    category = ItemFactory().category
    address = reverse("admin:inventory_category_delete", args=[category.pk])
    browser.post(address, {"post": "yes"}, follow=True)
    assert Category.objects.filter(pk=category.pk).exists()
    empty = CategoryFactory()
    browser.post(reverse("admin:inventory_category_delete", args=[empty.pk]), {"post": "yes"})
    assert not Category.objects.filter(pk=empty.pk).exists()


ITEM_IMPORT = reverse("admin:inventory_item_import")
CATEGORY_IMPORT = reverse("admin:inventory_category_import")


def test_an_import_is_shown_before_it_is_written_by_the_services(browser, manager):
    CategoryFactory(slug="chairs")
    page = preview(browser, ITEM_IMPORT, "title,category,starting_price\nAn oak chair,chairs,5\n")
    assert "An oak chair" in page.content.decode()
    assert not Item.objects.exists()
    confirm(browser, ITEM_IMPORT, page)
    item = Item.objects.get()
    assert (item.seller, item.slug, item.publication_status) == (manager, "an-oak-chair", "draft")
    assert LogEntry.objects.filter(user=manager, object_id=item.pk).exists()


def test_what_a_service_refuses_is_the_error_of_its_row_and_nothing_is_written(browser):
    item = BidFactory(item__bid_count=1).item
    rows = f"id,title,starting_price\n{item.pk},{item.title},1\n"
    page = preview(browser, ITEM_IMPORT, rows).content.decode()
    assert "Somebody has bid: price and times stay as they are." in page
    item.refresh_from_db()
    assert item.starting_price == 10


def test_categories_are_imported_by_slug_parents_first(browser):
    CategoryFactory(slug="furniture", name="Furniture")
    text = "name,slug,parent\nSeats,seats,furniture\nChairs,chairs,seats\n"
    confirm(browser, CATEGORY_IMPORT, preview(browser, CATEGORY_IMPORT, text))
    assert Category.objects.get(slug="chairs").parent.parent.name == "Furniture"


def test_a_value_that_cannot_be_read_is_told_beside_its_row(browser):
    rows = "title,category\nA chair,nowhere\n"
    page = preview(browser, ITEM_IMPORT, rows).content.decode()
    assert "There is no category whose slug is “nowhere”." in page
    assert not Item.objects.exists()


def test_an_export_holds_what_the_policy_shows(browser):
    ItemFactory(title="A chair")
    answer = browser.post(
        reverse("admin:inventory_item_export"),
        {"format": "0", "itemresource_title": "on", "itemresource_id": "on", "resource": ""},
    )
    assert "A chair" in answer.content.decode()


def test_what_would_fill_the_memory_is_not_exported_but_told(browser, monkeypatch):
    monkeypatch.setattr(tables, "MOST_EXPORTED", 1)
    ItemFactory.create_batch(2)
    answer = browser.post(
        reverse("admin:inventory_item_export"),
        {"format": "0", "itemresource_id": "on", "resource": ""},
        follow=True,
    )
    assert "At most 1 row is exported at once: narrow the list first." in answer.content.decode()


def test_staff_without_the_permission_neither_import_nor_export(client, stranger):
    browser = signed_in(client, stranger)
    assert preview(browser, ITEM_IMPORT, "title\nA chair\n").status_code == 403
    assert browser.get(reverse("admin:inventory_item_export")).status_code == 403
