"""The forms of the pages and of the admin: a limit on tries is said, not thrown."""

import pytest
from django.contrib.auth import authenticate
from django.test import Client, RequestFactory

from accounts.forms import ChangePasswordForm, SignInForm
from accounts.throttling import TooManyTries
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db

ADMIN = "/admin/login/"
TOO_MANY = "Too many tries; wait a minute."


@pytest.fixture
def person():
    return UserFactory(username="ada", email="a.rather.long.name.for@an-address.example")


@pytest.fixture
def one_try(settings):
    settings.SIGN_IN_LIMITS = settings.SIGN_IN_LIMITS | {"account": 1}


def sign_in_form(username, password):
    request = RequestFactory().post("/")
    return SignInForm(request, {"username": username, "password": password})


@pytest.mark.parametrize("name", ["ada", "A.rather.long.name.for@an-address.example"])
def test_the_form_signs_in_by_name_and_by_address(person, name):
    form = sign_in_form(name, PASSWORD)
    assert form.is_valid(), form.errors
    assert form.get_user() == person
    assert 'maxlength="254"' in str(form["username"])


def test_too_many_tries_are_an_error_of_the_sign_in_form(person, one_try):
    assert not sign_in_form("ada", "wrong").has_error("__all__", "throttled")
    form = sign_in_form("ada", PASSWORD)
    assert not form.is_valid()
    assert form.non_field_errors() == [TOO_MANY]
    assert form.get_user() is None


def test_too_many_tries_are_an_error_at_the_admins_door(person, one_try):
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    browser = Client()
    browser.post(ADMIN, {"username": "ada", "password": "wrong"})
    answer = browser.post(ADMIN, {"username": "ada", "password": PASSWORD})
    assert answer.status_code == 200
    assert TOO_MANY in answer.content.decode()
    assert "_auth_user_id" not in browser.session


def test_the_admins_door_is_for_staff_and_counts_once(person):
    body = {"username": "ada", "password": PASSWORD}
    assert Client().post(ADMIN, body).status_code == 200
    person.is_staff = True
    person.save(update_fields=["is_staff"])
    assert Client().post(ADMIN, body).status_code == 302
    person.refresh_from_db()
    assert person.sign_in_count == 1


def test_name_and_address_share_the_tries_of_one_account(person, settings):
    settings.SIGN_IN_LIMITS = settings.SIGN_IN_LIMITS | {"account": 4}
    for name in ("ada", person.email, "ADA", person.email.upper()):
        assert authenticate(None, username=name, password="wrong") is None
    for name in ("ada", person.email):
        with pytest.raises(TooManyTries):
            authenticate(None, username=name, password=PASSWORD)


def change_form(person, old_password):
    new = {"new_password1": "another fine phrase", "new_password2": "another fine phrase"}
    return ChangePasswordForm(person, {"old_password": old_password, **new})


def test_a_password_is_changed_by_whoever_knows_the_old_one(person):
    form = change_form(person, PASSWORD)
    assert form.is_valid(), form.errors
    form.save()
    assert person.check_password("another fine phrase")


def test_guesses_at_the_old_password_are_limited_as_at_the_door(person, one_try):
    assert change_form(person, "wrong").errors["old_password"] == ["This is not your password."]
    assert change_form(person, PASSWORD).errors["old_password"] == [TOO_MANY]
    with pytest.raises(TooManyTries):
        authenticate(None, username="ada", password=PASSWORD)


def test_the_console_changes_passwords_by_the_form_whose_tries_are_limited(client, owner):
    client.force_login(owner)
    assert client.get("/admin/password_change/").url == "/password/"


def test_who_registers_reads_what_a_password_must_be_like(client):
    page = client.get("/register/").content.decode()
    assert "Your password must contain at least 8 characters." in page
