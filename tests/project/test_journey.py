"""A visitor's journey in a real browser, and what a screen reader would stumble over."""

import json
import os
import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Group
from playwright.sync_api import expect, sync_playwright

from accounts.data import Role
from accounts.models import User
from inventory.models import Item
from recommendations.models import Event
from recsys.lib.jobs.models import Job
from recsys.lib.jobs.runner import run
from recsys.lib.jobs.services import enqueue
from tests.factories import (
    PASSWORD,
    CategoryFactory,
    ItemFactory,
    UserFactory,
    WatchlistItemFactory,
)

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
WHERE_FROM = f"no {CHROMIUM}: apt-get install chromium, or say where one is by CHROMIUM=…"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
LATER = 180_000
"""Milliseconds: two cores may be busy with other tests."""
SERIOUS = {"serious", "critical"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists() and not os.environ.get("CI"), reason=WHERE_FROM),
]


@pytest.fixture(scope="module")
def browser():
    assert CHROMIUM.exists(), WHERE_FROM
    # Playwright's loop runs in this thread, and Django would refuse it the database.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS, timeout=LATER)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page(browser):
    """A page of its own; what its console complains of, refusals by the policy too, fails."""
    context = browser.new_context(accept_downloads=True)
    context.set_default_timeout(LATER)
    expect.set_options(timeout=LATER)
    shown, complaints = context.new_page(), []
    shown.on("console", lambda said: complaints.append(said.text) if said.type == "error" else 0)
    shown.on("pageerror", lambda error: complaints.append(str(error)))
    yield shown
    context.close()
    assert complaints == []


@pytest.fixture
def catalogue(transactional_db):
    astrolabes, sextants = CategoryFactory(name="Astrolabes"), CategoryFactory(name="Sextants")
    for number in range(3):
        ItemFactory(category=astrolabes, title=f"Astrolabe {number}", slug=f"astrolabe-{number}")
        ItemFactory(category=sextants, title=f"Sextant {number}", slug=f"sextant-{number}")


def register(page, site):
    page.goto(f"{site}/register/")
    page.get_by_label("Username").fill("traveller")
    page.get_by_label("E-mail").fill("traveller@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Register").click()
    expect(page.get_by_text("Welcome, traveller")).to_be_visible()


def open_item(page, site, title):
    page.goto(f"{site}/search/?q={title}")
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def test_from_registering_to_being_forgotten(page, live_server, catalogue):
    site = live_server.url
    register(page, site)

    open_item(page, site, "Astrolabe 0")
    page.get_by_role("button", name="☆ Watch").click()
    expect(page.get_by_role("button", name="★ Watching")).to_be_visible()
    open_item(page, site, "Sextant 0")
    page.get_by_label(re.compile("Your bid")).fill("12")
    page.get_by_role("button", name="Place bid").click()
    expect(page.get_by_text("You lead with 12.00")).to_be_visible()

    page.goto(site)
    for_you = page.locator("#for-you")
    favourite = for_you.locator(".item", has_text="From a category you like")
    expect(favourite.filter(has_text="Sextant 1")).to_be_visible()
    expect(for_you).not_to_contain_text("Sextant 0")

    page.goto(f"{site}/interests/")
    page.get_by_role("button", name="Remove Sextants").click()
    expect(page.get_by_role("button", name="Bring back Sextants")).to_be_visible()
    page.goto(site)
    expect(favourite.filter(has_text="Astrolabe 1")).to_be_visible()
    expect(favourite.filter(has_text="Sextant")).to_have_count(0)

    page.goto(f"{site}/me/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Export my data").click()
    exported = json.loads(Path(download.value.path()).read_text())
    assert exported["account"][0]["username"] == "traveller"
    assert len(exported["bids"]) == len(exported["muted_categories"]) == 1

    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Erase my account").click()
    expect(page.get_by_text("You are forgotten")).to_be_visible()
    assert not User.objects.filter(username="traveller").exists()
    assert not Event.objects.exists()


def test_from_a_discarded_job_to_a_new_list(page, live_server, catalogue):
    """An operator's morning: what went wrong is found, run again, and a person gets a new list."""
    operator = UserFactory(username="operator", is_staff=True)
    operator.groups.add(Group.objects.get(name=Role.ADMINISTRATORS))
    visitor = UserFactory(username="traveller")
    WatchlistItemFactory(user=visitor, item=Item.objects.get(title="Astrolabe 0"))
    failed = enqueue("generate_popular_items")
    Job.objects.filter(pk=failed.pk).update(state=Job.State.DISCARDED, error="Boom")

    site = live_server.url
    page.goto(f"{site}/admin/")
    page.get_by_label("Username").fill("operator")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="1 job was discarded after the last attempt.").click()
    act(page, "generate_popular_items", "Retry: run finished jobs again")
    expect(page.get_by_text("Retried: 1.")).to_be_visible()
    run_all()
    page.goto(f"{site}/admin/")
    expect(page.get_by_text("discarded after the last attempt")).to_have_count(0)

    page.goto(f"{site}/admin/accounts/user/?q=traveller")
    act(page, "traveller", "Recompute interests and recommendations")
    run_all()
    page.goto(f"{site}/admin/accounts/user/{visitor.pk}/change/")
    listed = page.get_by_role("row").filter(has_text="Astrolabe 1")
    expect(listed.filter(has_text="From a category you like")).to_be_visible()
    assert fits_its_page(page)
    page.goto(f"{site}/admin/inventory/item/{Item.objects.first().pk}/change/")
    assert fits_its_page(page)


def act(page, row, action):
    """Choose a row of a list and what to do to it, and confirm."""
    page.get_by_role("row").filter(has_text=row).get_by_role("checkbox").check()
    page.locator("select[name=action]").select_option(label=action)
    page.get_by_role("button", name="Run").click()
    page.get_by_role("button", name=action).click()


def run_all():
    """What the workers would, until nothing waits."""
    while job := Job.objects.filter(state=Job.State.AVAILABLE).first():
        run(job.pk)
        job.refresh_from_db()
        assert job.state == Job.State.COMPLETED, job.error


def test_on_a_phone_the_results_come_before_what_narrows_them(page, live_server, catalogue):
    first, price = page.locator(".grid .item").first, page.get_by_label("from")
    for width, at_once in ((1280, True), (390, False)):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(f"{live_server.url}/search/")
        expect(first).to_be_in_viewport()
        expect(price).to_be_visible(visible=at_once)
    page.get_by_text("Narrow the list").click()
    expect(price).to_be_visible()


def fits_its_page(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_no_page_has_a_serious_finding_of_accessibility(page, live_server, catalogue):
    site = live_server.url
    for address in ("/", "/search/", "/sign-in/", "/register/"):
        assert findings(page, site + address) == []
    register(page, site)
    open_item(page, site, "Astrolabe 0")
    item = page.url
    page.get_by_role("button", name="☆ Watch").click()
    expect(page.get_by_role("button", name="★ Watching")).to_be_visible()
    own = ("/", "/interests/", "/watchlist/", "/bags/", "/bids/", "/me/")
    for address in (item, *(site + path for path in own)):
        assert findings(page, address) == []


def findings(page, address):
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(address)
        violations = Axe().run(page).response["violations"]
        found += [
            (scheme, each["id"], node["target"])
            for each in violations
            if each["impact"] in SERIOUS
            for node in each["nodes"]
        ]
    return found
