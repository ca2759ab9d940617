"""The operator's first page: what it says, to whom, and at what price."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recommendations.cache import Key, lookup
from recommendations.data import Family
from recommendations.models import TrainedModel
from recommendations.services import generate_popular_items
from recommendations.services.market import KEY
from recsys.lib.console import forget_overview
from recsys.lib.jobs.models import Heartbeat, Job
from recsys.lib.jobs.runner import run
from recsys.lib.jobs.services import enqueue
from tests.factories import BidFactory, ItemFactory, UserFactory, WatchlistItemFactory
from tests.project.console_rows import make_rows
from tests.project.test_console import signed_in

pytestmark = pytest.mark.django_db
INDEX = reverse("admin:index")
STATEMENTS = 24


@pytest.fixture(autouse=True)
def _figures_of_this_test(time_stands_still):
    cache.clear()


@pytest.fixture
def browser(client, manager):
    return signed_in(client, manager)


@pytest.fixture
def superuser_browser():
    superuser = UserFactory(is_staff=True, is_superuser=True)
    return signed_in(Client(), superuser)


def page(browser):
    return browser.get(INDEX).content.decode()


def drawn(browser):
    """What the page is drawn from at this moment."""
    forget_overview()
    return browser.get(INDEX).context


def words(browser):
    return [each.words for each in drawn(browser)["attention"]]


def test_it_tells_live_items_active_people_bids_and_watches(browser, now, monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)  # until midnight, too
    UserFactory(last_sign_in_at=now)
    UserFactory(date_joined=now - timedelta(days=60))
    bid = BidFactory(created_at=now)
    BidFactory(item=bid.item, created_at=now - timedelta(days=3))
    BidFactory(item=bid.item, created_at=now - timedelta(days=30))
    WatchlistItemFactory(item=bid.item, created_at=now)
    ItemFactory(publication_status="draft")
    context = drawn(browser)
    tiles = dict(context["tiles"])
    assert (tiles["Live items"], tiles["Bids today"], tiles["Watches today"]) == ("1", "1", "1")
    chart = dict(context["charts"])["Bids per day"]
    assert '"data": [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1]' in chart


def test_everything_that_is_wrong_is_said_in_words(browser):
    Job.objects.create(
        name="prune", queue="recommendations", max_attempts=3, timeout=9, state="discarded"
    )
    said = words(browser)
    assert "1 job was discarded after the last attempt." in said
    assert "Workers: No worker serves recommendations, recommendations_slow." in said
    assert "Popular items: no job has made them yet (generate_popular_items)." in said


def test_nothing_is_said_where_all_is_well(browser, now):
    for name in (
        "generate_recommendations", "generate_popular_items", "compute_item_similarities",
    ):  # fmt: skip
        run(enqueue(name).pk)
    for queue in ("recommendations", "recommendations_slow"):
        Heartbeat.objects.create(cluster=queue, queue=queue, beat_at=now + timedelta(hours=1))
    assert words(browser) == []
    assert "Nothing: jobs run" in page(browser)


def test_lists_that_were_made_too_long_ago_are_overdue(browser, now):
    job = enqueue("generate_popular_items")
    run(job.pk)
    Job.objects.filter(pk=job.pk).update(finished_at=now - timedelta(hours=5))
    said = "Popular items: last made 5 hours ago (generate_popular_items)."
    assert said in words(browser)


def test_a_cache_that_is_switched_off_is_told(browser, settings):
    settings.RECSYS_CACHE_ENABLED = False
    assert "The recommendation cache is switched off: answers are slower." in words(browser)


def test_entries_are_those_the_job_measured_and_hit_rates_those_of_now(browser, now):
    ItemFactory()
    generate_popular_items(now=now)
    lookup([Key(Family.POPULAR)], now=now)
    assert "not measured" not in page(browser)
    measure = enqueue("measure_cache")
    run(measure.pk)
    families = {each.family: each for each in drawn(browser)["families"]}
    popular = families[Family.POPULAR]
    assert (popular.entries, popular.hit_percent) == (1, 100)
    assert popular.bytes > 0


def test_the_model_in_use_stands_beside_the_one_before(browser, now):
    for version, recall, age in (("m1", 0.1, 2), ("m2", 0.2, 1)):
        TrainedModel.objects.create(
            version=version,
            algorithm="item_graph",
            metrics={"recall": recall, "chosen": {"k": 20}},
            size=1,
            promoted_at=now - timedelta(days=age),
        )
    model = drawn(browser)["model"]
    assert (model["current"].version, model["before"].version) == ("m2", "m1")
    assert model["metrics"] == [{"name": "recall", "value": 0.2, "before": 0.1}]


def test_each_schedule_shows_its_last_tick(browser):
    Job.objects.create(
        name="prune", queue="recommendations", max_attempts=3, timeout=9, key="prune@then",
        state="completed",
    )  # fmt: skip
    Job.objects.create(name="prune", queue="recommendations", max_attempts=3, timeout=9)
    runs = {each.name: each.job for each in drawn(browser)["runs"]}
    assert runs["prune"].key == "prune@then"
    assert runs["close_due_auctions"] is None


def test_it_takes_as_many_statements_for_hundreds_of_rows_as_for_ten(browser, manager):
    make_rows(manager, 10)
    few = statements(browser)
    make_rows(manager, 250)
    cache.clear()
    assert statements(browser) == few
    assert few == STATEMENTS


def statements(browser):
    page(browser)
    cache.clear()
    with CaptureQueriesContext(connection) as asked:
        page(browser)
    return len(asked)


def test_what_is_kept_takes_two_statements_however_much_there_is(browser, superuser_browser):
    page(browser)
    for who, asked in ((browser, 3), (superuser_browser, 2)):
        page(who)
        with CaptureQueriesContext(connection) as taken:
            page(who)
        assert len(taken) == asked


def test_the_figures_are_kept_for_seconds_and_drawn_anew_once_an_operator_acts(
    browser, client, manager
):
    job = Job.objects.create(
        name="prune", queue="recommendations", max_attempts=3, timeout=9, state="discarded"
    )
    told = "1 job was discarded"
    assert told in page(browser)
    Job.objects.update(state="completed")
    assert told in page(browser)
    Job.objects.update(state="discarded")
    chosen = {"action": "retry_jobs", "_selected_action": [job.pk], "confirmed": "yes"}
    browser.post(reverse("admin:jobs_job_changelist"), chosen)
    assert told not in page(browser)


def test_a_page_that_was_kept_carries_the_token_of_who_asks(browser, manager):
    token = r'name="csrfmiddlewaretoken" value="(\w+)"'
    page(browser)
    strict = signed_in(Client(enforce_csrf_checks=True), manager)
    found = re.findall(token, page(strict))
    assert len(set(found)) == 1
    sent = {"csrfmiddlewaretoken": found[0]}
    assert strict.post(address("measure"), {}).status_code == 403
    assert strict.post(address("measure"), sent).status_code == 302


def test_a_page_that_was_kept_is_nobody_elses(browser, manager, owner, client):
    assert manager.username in page(browser)
    owner.user_permissions.add(Permission.objects.get(codename="manage_recommendations"))
    other = page(signed_in(Client(), owner))
    assert owner.username in other
    assert manager.username not in other


def test_whoever_loses_the_permission_loses_the_menu_and_the_figures(browser, manager):
    assert "Live items" in page(browser)
    manager.user_permissions.clear()
    manager.groups.clear()
    shown = page(browser)
    assert "Live items" not in shown


def test_figures_of_some_minutes_ago_are_shown_while_a_job_counts_anew(browser, now):
    ItemFactory()
    tiles = dict(drawn(browser)["tiles"])
    assert tiles["Live items"] == "1"
    ItemFactory()
    age(now - timedelta(minutes=6))
    assert dict(drawn(browser)["tiles"])["Live items"] == "1"
    run(Job.objects.get(name="measure_market").pk)
    assert dict(drawn(browser)["tiles"])["Live items"] == "2"


def test_where_no_worker_counts_anew_figures_are_an_hour_old_at_most(browser, now):
    drawn(browser)
    ItemFactory()
    age(now - timedelta(minutes=61))
    assert dict(drawn(browser)["tiles"])["Live items"] == "1"


def age(moment):
    """Have the kept figures been counted then."""
    cache.set(KEY, cache.get(KEY)._replace(at=moment))


def test_staff_without_a_permission_see_no_figures(client, stranger):
    shown = page(signed_in(client, stranger))
    assert "There is nothing here for you yet" in shown
    assert "Live items" not in shown


def test_the_anonymous_are_sent_to_sign_in(client):
    assert client.get(INDEX).url.startswith(reverse("admin:login"))


def address(deed):
    return reverse("console-cache", args=[deed])


def test_clearing_a_family_asks_acts_tells_and_is_logged(browser, manager, now):
    ItemFactory()
    generate_popular_items(now=now)
    assert "Clear?" in browser.get(address("clear-popular")).content.decode()
    assert lookup([Key(Family.POPULAR)], now=now)[Key(Family.POPULAR)].entry
    told = browser.post(address("clear-popular"), follow=True).content.decode()
    assert "Cleared popular: 1 entries." in told
    assert lookup([Key(Family.POPULAR)], now=now)[Key(Family.POPULAR)].entry is None
    line = LogEntry.objects.get()
    assert (line.user, line.change_message) == (manager, "Cleared popular: 1 entries.")


@pytest.mark.parametrize("deed", ["warm", "measure"])
def test_warming_and_measuring_are_jobs(browser, deed):
    browser.post(address(deed))
    job = Job.objects.get()
    assert job.name == f"{deed}_cache"
    run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.COMPLETED
    assert LogEntry.objects.count() == 1


def test_only_managers_touch_the_cache(client, stranger):
    browser = signed_in(client, stranger)
    assert browser.get(address("clear")).status_code == 403
    assert browser.post(address("clear")).status_code == 403


def test_there_is_no_other_deed(browser):
    assert browser.get(address("burn")).status_code == 404
