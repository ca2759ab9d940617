"""The cast of every access test, and how each of them calls the API."""

import gc
import math
import socket
import time
from datetime import UTC, datetime
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection, connections
from django.db.models.signals import post_migrate
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings
from knox.models import AuthToken
from rest_framework.test import APIClient

from accounts.data import Role
from recommendations.cache import memory
from recommendations.cache.counters import Pending
from tests.factories import UserFactory
from tests.flush import Flush

# An example may take as long as a busy machine takes: a test never fails by the clock. Half as
# many as usual, since every run tries others.
settings.register_profile(
    "unhurried", deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("unhurried")


NEED_A_DATABASE = {"db", "transactional_db", "django_db_setup"}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Mark what has nothing to do with a database: script/test runs it beside one of two only."""
    for item in items:
        has_database = (
            item.get_closest_marker("django_db")
            or NEED_A_DATABASE.intersection(item.fixturenames)
            or issubclass(item.cls or object, TransactionTestCase)
        )
        if not has_database:
            item.add_marker("no_database")


def pytest_collection_finish():
    """What is imported by now stays: nothing is gained by looking through it for garbage."""
    gc.freeze()
    gc.set_threshold(50_000)


@pytest.fixture(autouse=True)
def no_database_is_none(request, monkeypatch):
    """Nothing is marked so by mistake: not even which database there is may be asked.

    To write a statement takes that; pytest-django refuses to connect.
    """
    if request.node.get_closest_marker("no_database"):
        vendor = property(lambda _: pytest.fail("marked as in need of no database"))
        monkeypatch.setattr(type(connections["default"]), "vendor", vendor)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The library's, and then a quicker way to empty what it has set up."""
    with django_db_blocker.unblock():
        flush = Flush()

    def empty(test):
        flush(test)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty)
        yield


@pytest.fixture(scope="session", autouse=True)
def roles_outlive_a_flush():
    """Tests with transactions of their own end in a flush, which takes the roles with it.

    Django makes permissions anew then; the migration's own function makes the roles, so that
    tests pass in any order.
    """
    roles = import_module("accounts.migrations.0004_roles")

    def give(**_signal):
        roles.give(apps, SimpleNamespace(connection=connection))

    post_migrate.connect(give, sender=apps.get_app_config("accounts"))
    yield
    post_migrate.disconnect(give, sender=apps.get_app_config("accounts"))


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    """What a process remembers of the cache, and has yet to count, is of the test before.

    Its clock stands still meanwhile: what it remembers it remembers, and what it counts it keeps
    to itself, for as long as a busy machine takes over a test.
    """
    memory.forget_all()
    monkeypatch.setattr(memory, "time", SimpleNamespace(monotonic=lambda: 0.0))
    monkeypatch.setattr("recommendations.cache.counters.SECONDS_BETWEEN_FLUSHES", math.inf)
    monkeypatch.setattr("recommendations.cache.counters._pending", Pending())


@pytest.fixture
def time_stands_still(monkeypatch):
    """What is cached for seconds is cached to the end of the test, however long that takes."""
    moment = time.time()
    monkeypatch.setattr("time.time", lambda: moment)


@pytest.fixture
def now():
    return datetime.now(UTC)


@pytest.fixture
def owner(db):
    return UserFactory(username="owner")


@pytest.fixture
def sharee(db):
    return UserFactory(username="sharee")


@pytest.fixture
def stranger(db):
    return UserFactory(username="stranger")


@pytest.fixture
def manager(db):
    user = UserFactory(username="manager")
    user.user_permissions.add(Permission.objects.get(codename="manage_recommendations"))
    return user


@pytest.fixture
def administrator(db):
    user = UserFactory(username="administrator")
    user.groups.add(Group.objects.get(name=Role.ADMINISTRATORS))
    return user


@pytest.fixture
def api():
    """`api(user)` calls with that person's token; `api()` calls as nobody."""

    def client(user=None) -> APIClient:
        caller = APIClient()
        if user is not None:
            _, token = AuthToken.objects.create(user)
            caller.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        return caller

    return client


@pytest.fixture
def offline(monkeypatch):
    """Whoever reads metadata opens no connection: an attempt fails the test, even one whose
    error was taken for a mistake of the document's."""
    attempts = []

    def refuse(*args, **kwargs):
        attempts.append(args)
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    yield
    assert attempts == []
