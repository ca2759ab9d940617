"""The console as a whole: who finds what in it, and that no list asks the database row by row."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from knox.models import AuthToken

from accounts.data import Role
from accounts.models import Session
from recsys.lib.access import models_with_policy
from recsys.lib.idempotency.models import IdempotencyKey
from tests.factories import UserFactory
from tests.project.console_rows import make_rows

pytestmark = pytest.mark.django_db
INDEX = reverse("admin:index")
REGISTERED = sorted(admin.site._registry, key=lambda model: model._meta.label)
OURS = {"accounts", "inventory", "bidding", "recommendations"}
MOST_STATEMENTS = 8
KEYS = {AuthToken, Session, IdempotencyKey}
"""What opens doors, or repeats an answer: shown to nobody."""


def changelist(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def signed_in(client, user):
    user.is_staff = True
    user.save()
    client.force_login(user)
    return client


@pytest.fixture
def operator(db):
    """Somebody with all roles that let people see into things, but no superuser."""
    user = UserFactory(username="operator")
    user.groups.add(Group.objects.get(name=Role.ADMINISTRATORS))
    return user


def test_every_model_with_a_policy_is_in_the_console_but_for_keys():
    assert set(REGISTERED) == models_with_policy() - KEYS


def test_every_model_of_our_own_has_a_policy_or_is_only_plumbing():
    ours = {model for model in apps.get_models() if model.__module__.split(".")[0] in OURS}
    assert ours - models_with_policy() == set()


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_the_anonymous_are_sent_to_sign_in(client, model):
    answer = client.get(changelist(model))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("admin:login"))


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_staff_without_a_permission_are_refused_everywhere(client, stranger, model):
    assert signed_in(client, stranger).get(changelist(model)).status_code == 403


def test_no_list_takes_more_statements_for_a_page_and_more_than_for_ten_rows(client, operator):
    browser = signed_in(client, operator)
    make_rows(operator, 10)
    for model in REGISTERED:
        browser.get(changelist(model))  # content types and the like are read once per process
    few = {model._meta.label: statements(browser, model) for model in REGISTERED}
    make_rows(operator, 110)
    many = {model._meta.label: statements(browser, model) for model in REGISTERED}
    assert many == few
    assert max(few.values()) <= MOST_STATEMENTS


def statements(browser, model):
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get(changelist(model))
    assert answer.context["cl"].result_list
    return len(asked)
