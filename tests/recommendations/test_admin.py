"""A person's and an item's page: what the recommender says of them, and its recompute."""

from datetime import UTC, datetime
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from inventory.services import set_item_metadata, watch_item
from recommendations.models import Event
from recommendations.services import compute_item_similarities, refresh_user_interests
from recsys.lib.jobs.models import Job
from tests.factories import CategoryFactory, ItemFactory, WatchlistItemFactory
from tests.project.console_tables import confirm, preview
from tests.project.test_console import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, manager):
    browser = signed_in(client, manager)

    def read(model, row, **query):
        address = reverse(f"admin:{model}_change", args=[row.pk])
        answer = browser.get(address, query)
        assert answer.status_code == 200
        return answer.content.decode()

    return read


@pytest.fixture
def chairs(owner, now):
    """Somebody who watches a chair, among three."""
    chairs = ItemFactory.create_batch(3, category=CategoryFactory(name="Chairs"))
    watch_item(actor=owner, item_id=chairs[0].pk)
    refresh_user_interests(now=now, user_id=owner.pk)
    return chairs


def test_a_persons_page_shows_interests_and_recommendations_with_their_parts(page, owner, chairs):
    shown = page("accounts_user", owner)
    assert "Chairs" in shown
    assert "100%" in shown
    for chair in chairs[1:]:
        assert chair.title in shown
    assert "From a category you like" in shown
    assert "0.600" in shown  # the interest's part of the score


def test_a_person_of_whom_nothing_is_known_has_a_page_that_says_so(page, stranger):
    shown = page("accounts_user", stranger)
    assert "Nothing is known of what they like" in shown
    assert "There is nothing live to recommend." in shown


def test_asked_why_the_page_tells_the_place_and_the_parts(page, owner, chairs):
    shown = page("accounts_user", owner, why=chairs[1].pk)
    assert "Yes, number 1 in their list" in shown
    assert "Interest 0.600" in shown


def test_asked_why_not_the_page_tells_the_gate(page, owner, chairs):
    assert "No: It is on the watchlist already." in page("accounts_user", owner, why=chairs[0].pk)


@pytest.mark.parametrize(
    ("asked", "told"),
    [("a chair", "An item is asked for by its number."), ("999999", "There is no item 999999.")],
)
def test_asked_about_no_item_the_page_says_so(page, owner, asked, told):
    assert told in page("accounts_user", owner, why=asked)


def test_an_items_page_shows_what_resembles_it_and_how_many_care_but_no_names(
    page, owner, chairs, now
):
    compute_item_similarities(now=now, item_id=chairs[0].pk)
    shown = page("inventory_item", chairs[0])
    assert chairs[1].title in shown
    assert "Same category" in shown
    assert "Who is interested" in shown
    assert owner.username not in shown


def test_an_items_page_shows_its_statements_and_its_document(page, chairs):
    set_item_metadata(item_id=chairs[0].pk, document={"http://purl.org/dc/terms/subject": "oak"})
    shown = page("inventory_item", chairs[0])
    assert "http://purl.org/dc/terms/subject" in shown
    assert "isHidden" in shown


@pytest.mark.parametrize(
    ("model", "action", "name"),
    [
        ("accounts_user", "recompute_people", "refresh_user_interests"),
        ("inventory_item", "recompute_items", "compute_item_similarities"),
    ],
)
def test_a_recompute_asks_first_then_starts_a_job_for_each_and_is_logged(
    client, manager, model, action, name
):
    watch = WatchlistItemFactory()
    row = watch.user if model == "accounts_user" else watch.item
    browser, address = signed_in(client, manager), reverse(f"admin:{model}_changelist")
    asked = {"action": action, "_selected_action": [row.pk]}
    assert "Recompute?" in browser.post(address, asked).content.decode()
    assert not Job.objects.exists()
    browser.post(address, {**asked, "confirmed": "yes"})
    job = Job.objects.get()
    assert (job.name, list(job.args.values())) == (name, [row.pk])
    line = LogEntry.objects.get()
    assert (line.user, line.object_id) == (manager, str(row.pk))


def test_staff_without_the_permission_start_no_recompute(client, stranger, owner):
    address = reverse("admin:accounts_user_changelist")
    asked = {"action": "recompute_people", "_selected_action": [owner.pk], "confirmed": "yes"}
    assert signed_in(client, stranger).post(address, asked).status_code == 403
    assert not Job.objects.exists()


EVENT_IMPORT = reverse("admin:recommendations_event_import")
EVENT_COLUMNS = "event_id,user,item,kind,occurred_at\n"


@pytest.fixture
def reporter(client, manager):
    """An operator who may report what anybody did."""
    manager.user_permissions.add(Permission.objects.get(codename="ingest_events"))
    return signed_in(client, manager)


def test_interactions_are_imported_after_a_look_at_them(reporter, owner):
    item = ItemFactory()
    rows = EVENT_COLUMNS + f"e1,{owner.username},{item.pk},like,2026-01-02T03:04:05Z\n"
    page = preview(reporter, EVENT_IMPORT, rows)
    assert owner.username in page.content.decode()
    assert not Event.objects.exists()
    confirm(reporter, EVENT_IMPORT, page)
    event = Event.objects.get()
    assert (event.user, event.item, event.kind, event.event_id) == (owner, item, "like", "e1")
    assert event.occurred_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("e1,nobody,{item},like,2026-01-02", "There is no user whose username is “nobody”."),
        ("e1,owner,0,like,2026-01-02", "There is no item whose id is “0”."),
        ("e1,owner,{item},adore,2026-01-02", "is not a valid choice."),
        ("e1,owner,{item},like,yesterday", "Write times like 2026-01-31T12:00:00Z."),
        ("e1,owner,{item},like,2999-01-01", "This lies more than 5 minutes ahead."),
        ("known,owner,{item},like,2026-01-02", "An event of this id is stored already."),
    ],
)
def test_an_interaction_that_cannot_be_is_told_beside_its_row_and_none_is_stored(
    reporter, owner, row, told
):
    item = ItemFactory()
    known = Event.objects.create(event_id="known", user=owner, item=item, kind="view")
    good = f"good,owner,{item.pk},like,2026-01-02\n"
    rows = EVENT_COLUMNS + good + row.format(item=item.pk) + "\n"
    assert told in unescape(preview(reporter, EVENT_IMPORT, rows).content.decode())
    assert Event.objects.get() == known


def test_who_may_not_report_for_others_imports_no_interactions(client, manager):
    assert preview(signed_in(client, manager), EVENT_IMPORT, EVENT_COLUMNS).status_code == 403
