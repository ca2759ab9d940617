"""Signing in and out, by every door."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.utils import timezone
from knox.models import AuthToken
from rest_framework.test import APIClient

from accounts.middleware import AuthenticationMiddleware
from accounts.models import Session
from tests.factories import PASSWORD, UserFactory

SIGN_IN = "/api/v1/auth/sign-in/"
ME = "/api/v1/me/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return UserFactory(username="ada", email="Ada@example.com")


def sign_in(username="ada", password=PASSWORD, **headers):
    return APIClient().post(SIGN_IN, {"username": username, "password": password}, **headers)


def with_token(token):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


@pytest.mark.parametrize("name", ["ada", "ADA", "ada@example.com", "ADA@EXAMPLE.COM"])
def test_a_name_or_an_address_in_any_case_opens_the_door(person, name):
    answer = sign_in(name)
    assert answer.status_code == 200
    assert answer.data["user"]["username"] == "ada"
    assert answer.data["expires_at"] > timezone.now().isoformat()
    assert with_token(answer.data["token"]).get(ME).data["id"] == person.pk


def test_only_a_hash_of_the_token_is_stored(person):
    token = sign_in().data["token"]
    stored = AuthToken.objects.get()
    assert token not in (stored.digest, stored.token_key)


def test_a_sign_in_is_counted_once_and_using_the_token_is_none(person):
    before, answer = timezone.now(), sign_in()
    assert answer.data["user"]["sign_in_count"] == 1
    with_token(answer.data["token"]).get(ME)
    person.refresh_from_db()
    assert person.sign_in_count == 1
    assert before <= person.last_sign_in_at <= timezone.now()


def test_the_session_door_counts_once_and_using_the_session_is_none(person):
    browser = Client()
    assert browser.login(username="ada", password=PASSWORD)
    browser.get(ME)
    person.refresh_from_db()
    assert person.sign_in_count == 1


def _unknown(person):
    return sign_in("nobody")


def _wrong(person):
    return sign_in(password="not the passphrase")


def _locked(person):
    person.locked_at = timezone.now()
    person.save(update_fields=["locked_at"])
    return sign_in()


def _inactive(person):
    person.is_active = False
    person.save(update_fields=["is_active"])
    return sign_in()


@pytest.mark.parametrize("attempt", [_unknown, _wrong, _locked, _inactive])
def test_every_refusal_looks_the_same_hashes_as_often_and_counts_nothing(person, attempt):
    with patch.object(
        MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
    ) as hashing:
        answer = attempt(person)
    assert answer.status_code == 401
    assert answer.json() == {
        "code": "sign_in_refused",
        "detail": "The username or the password is wrong.",
    }
    assert hashing.call_count == 1
    person.refresh_from_db()
    assert (person.sign_in_count, person.last_sign_in_at) == (0, None)
    assert not AuthToken.objects.exists()


@pytest.mark.parametrize("body", [{}, {"username": "ada"}, {"username": ["ada"], "password": {}}])
def test_an_incomplete_sign_in_says_which_fields_are_wanted(person, body):
    answer = APIClient().post(SIGN_IN, body)
    assert answer.status_code == 400
    assert "password" in answer.json()["fields"]


def test_an_expired_token_does_not_keep_its_owner_from_a_new_one(person):
    stale = with_token("0" * 64)
    assert stale.get(ME).status_code == 401
    assert stale.post(SIGN_IN, {"username": "ada", "password": PASSWORD}).status_code == 200


def test_the_eleventh_failure_in_a_minute_is_throttled_for_known_and_unknown_alike(person):
    for name in ("ada", "nobody"):
        for _ in range(10):
            assert sign_in(name, "wrong").status_code == 401
        answer = sign_in(name, "wrong")
        assert answer.status_code == 429
        assert answer.json()["code"] == "throttled"
        assert answer["Retry-After"] == "60"


def test_a_throttled_account_refuses_even_the_right_password(person):
    for _ in range(10):
        sign_in("ADA", "wrong")
    assert sign_in().status_code == 429
    assert not AuthToken.objects.exists()


def test_successes_use_up_no_tries(person):
    assert {sign_in().status_code for _ in range(15)} == {200}


def test_an_address_is_throttled_over_many_accounts_whatever_it_claims(settings):
    settings.SIGN_IN_LIMITS = settings.SIGN_IN_LIMITS | {"address": 3}
    statuses = [
        sign_in(f"somebody_{n}", "wrong", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}").status_code
        for n in range(5)
    ]
    assert statuses == [401, 401, 401, 429, 429]


def test_behind_a_proxy_that_is_believed_addresses_are_told_apart(settings):
    settings.SIGN_IN_LIMITS = settings.SIGN_IN_LIMITS | {"address": 1}
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 1}
    first, again, second = (
        sign_in(f"somebody_{n}", "wrong", HTTP_X_FORWARDED_FOR=f"spoofed, {address}").status_code
        for n, address in enumerate(["10.0.0.1", "10.0.0.1", "10.0.0.2"])
    )
    assert (first, again, second) == (401, 429, 401)


def test_signing_out_ends_this_token_only(person):
    here, there = sign_in().data["token"], sign_in().data["token"]
    assert with_token(here).post("/api/v1/auth/sign-out/").status_code == 204
    assert with_token(here).get(ME).status_code == 401
    assert with_token(there).get(ME).status_code == 200


def test_signing_out_of_a_session_ends_it(person):
    browser = APIClient()
    browser.login(username="ada", password=PASSWORD)
    assert browser.post("/api/v1/auth/sign-out/").status_code == 204
    assert browser.get(ME).status_code == 401


def test_signing_out_everywhere_ends_tokens_and_sessions_of_this_person_only(person):
    other = UserFactory(username="bob")
    browser, others_browser = Client(), Client()
    browser.force_login(person)
    others_browser.force_login(other)
    here, there = sign_in().data["token"], sign_in().data["token"]
    assert with_token(here).post("/api/v1/auth/sign-out-everywhere/").status_code == 204
    assert {with_token(token).get(ME).status_code for token in (here, there)} == {401}
    assert browser.get(ME).status_code == 401
    assert others_browser.get(ME).status_code == 200
    assert [session.user for session in Session.objects.all()] == [other]


@pytest.mark.parametrize("end", [{"locked_at": timezone.now()}, {"is_active": False}])
def test_locking_somebody_stops_tokens_and_sessions_at_once(person, end):
    browser = Client()
    browser.force_login(person)
    caller = with_token(sign_in().data["token"])
    type(person).objects.filter(pk=person.pk).update(**end)
    assert caller.get(ME).status_code == 401
    assert browser.get(ME).status_code == 401


def asking(browser):
    """A request as the browser would make it, before anything was asked of it."""
    request = RequestFactory().get("/")
    request.COOKIES = {name: morsel.value for name, morsel in browser.cookies.items()}
    for middleware in (SessionMiddleware, AuthenticationMiddleware):
        middleware(lambda _: None).process_request(request)
    return request


def test_one_statement_tells_who_asks(person, django_assert_num_queries):
    browser = Client()
    browser.force_login(person)
    request = asking(browser)
    with django_assert_num_queries(1):
        assert request.user == person


def test_a_guest_with_a_session_is_nobody(client, django_assert_num_queries):
    session = client.session
    session["looked_at"] = [1]
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    request = asking(client)
    with django_assert_num_queries(1):
        assert request.user.is_anonymous
    assert request.session["looked_at"] == [1]


def test_another_password_ends_the_sessions_begun_with_the_one_before(person):
    browser = Client()
    browser.force_login(person)
    person.set_password("another one, and longer")
    person.save()
    assert asking(browser).user.is_anonymous
    assert not Session.objects.exists()


def test_a_session_outlives_the_change_of_the_secret_key(person, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the-former-key", []
    browser = Client()
    browser.force_login(person)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the-new-key", ["the-former-key"]
    assert asking(browser).user == person


def test_a_session_whose_payload_names_another_is_believed_by_its_payload(person):
    other = UserFactory()
    browser = Client()
    browser.force_login(person)
    Session.objects.update(user=other)
    assert asking(browser).user == person


def test_expired_sessions_are_cleared_by_djangos_own_command(person):
    Client().force_login(person)
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    call_command("clearsessions")
    assert not Session.objects.exists()
