"""Many sign-ins at once: every one is counted."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts import services, throttling
from accounts.models import User
from tests.factories import PASSWORD, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def together(action):
    """Call `action` fifty times from sixteen threads, each with a connection of its own."""

    def once(_):
        try:
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as threads:
        return list(threads.map(once, range(50)))


def test_fifty_at_once_count_fifty():
    person = UserFactory()
    together(lambda: services.record_sign_in(user=User(pk=person.pk), now=timezone.now()))
    person.refresh_from_db()
    assert person.sign_in_count == 50
    assert person.last_sign_in_at is not None


@pytest.fixture
def patient(monkeypatch):
    """Who waits for the tries before theirs to be decided waits as long as this machine takes."""
    monkeypatch.setattr(throttling, "PATIENCE_SECONDS", 600)


def test_fifty_at_once_through_the_api_count_fifty(patient):
    person = UserFactory()
    body = {"username": person.username, "password": PASSWORD}
    statuses = together(lambda: APIClient().post("/api/v1/auth/sign-in/", body).status_code)
    person.refresh_from_db()
    assert statuses.count(200) == 50
    assert person.sign_in_count == 50


def test_wrong_tries_at_once_get_no_more_tries_than_one_after_the_other(patient):
    person = UserFactory()
    body = {"username": person.username, "password": "wrong"}
    statuses = together(lambda: APIClient().post("/api/v1/auth/sign-in/", body).status_code)
    assert (statuses.count(401), statuses.count(429)) == (10, 40)
