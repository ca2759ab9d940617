"""The cache server is stopped: what can do without it does, what must not says so."""

import pytest
from django.urls import reverse

from tests.factories import ItemFactory, UserFactory
from tests.project.test_console import signed_in

pytestmark = pytest.mark.django_db
AWAY = {"BACKEND": "recsys.lib.rediscache.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
SIGN_IN = "/api/v1/auth/sign-in/"


@pytest.fixture(autouse=True)
def cache_away(settings):
    settings.CACHES = {"default": AWAY, "recommendations": AWAY}


def test_the_console_s_first_page_is_drawn_anew(client, admin_user):
    answer = signed_in(client, admin_user).get(reverse("admin:index"))
    assert answer.status_code == 200
    assert "cache" in answer.content.decode()


def test_facets_are_counted_for_each_who_asks(api):
    ItemFactory(metadata={"@context": {"dc": "http://purl.org/dc/terms/"}, "dc:subject": "fox"})
    for _ in range(2):
        assert api().get("/api/v1/items/facets/?by=dc:subject").status_code == 200


@pytest.mark.parametrize("page", ["/", "/search/", "/api/v1/items/", "/api/v1/categories/"])
def test_pages_and_lists_are_answered(client, page):
    item = ItemFactory()
    answer = client.get(page)
    assert answer.status_code == 200
    assert page.endswith("categories/") or item.title in answer.content.decode()


def test_a_sign_in_that_cannot_be_counted_is_refused_for_now(api):
    person = UserFactory(password="a long password")
    answer = api().post(SIGN_IN, {"username": person.username, "password": "a long password"})
    assert answer.status_code == 503
    assert answer.json()["code"] == "cache_unavailable"
    assert int(answer["Retry-After"]) > 0


@pytest.mark.parametrize("address", ["/sign-in/", "/admin/login/"])
def test_and_a_person_is_told_so(client, address):
    person = UserFactory(password="a long password")
    sent = {"username": person.username, "password": "a long password"}
    answer = client.post(address, sent)
    assert answer.status_code == 200
    assert "try again in a moment" in answer.content.decode()


def test_nobody_joins_uncounted(client, api):
    sent = {"username": "newcomer", "email": "new@example.com", "password": "a long password"}
    assert api().post("/api/v1/auth/register/", sent).status_code == 503
    answer = client.post("/register/", sent)
    assert answer.status_code == 200
    assert "try again in a moment" in answer.content.decode()
