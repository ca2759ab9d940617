"""Every route and method, for everybody: what is allowed happens, what is denied does not."""

import re
from contextlib import contextmanager
from copy import deepcopy

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.urls import get_resolver, resolve
from guardian.utils import get_user_obj_perms_model

from accounts.models import SellerDelegation, User
from inventory.models import Bag, BagUserObjectPermission
from recsys.lib.access import models_with_policy
from tests.project.matrix.routes import ROUTES, statuses
from tests.project.matrix.world import clients, people, rows

DECIDED_ELSEWHERE = {
    "admin.LogEntry": "the audit log: shown by the admin to its staff, never changed",
    "auth.Permission": "names of what may be done; roles carry them, see Group",
    "contenttypes.ContentType": "names of models",
    "django_q.Failure": "the transport's; jobs.Job is what people see",
    "django_q.OrmQ": "the transport's; jobs.Job is what people see",
    "django_q.Schedule": "the transport's; written from code by sync_schedules",
    "django_q.Success": "the transport's; jobs.Job is what people see",
    "django_q.Task": "the transport's; jobs.Job is what people see",
    "guardian.GroupObjectPermission": "stays empty: grants live in direct-foreign-key tables",
    "guardian.UserObjectPermission": "stays empty: grants live in direct-foreign-key tables",
    "sessions.Session": "stays empty: accounts.Session has its place",
    "tablecache.CacheEntry": "values by digest, reached through Django's cache only",
}
SIGN_IN = "/sign-in/"
METHODS = ("get", "post", "put", "patch", "delete")
NOWHERE = "987654321"
HARMLESS = re.compile(r"\s*(SELECT|SAVEPOINT|RELEASE|ROLLBACK)\b")


class Values(dict):
    """What the names in braces stand for: ids, or slugs as they are."""

    def __missing__(self, name):
        raise KeyError(f"world.rows has no {name}")


@contextmanager
def undone():
    """Let each caller find the world as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """One world for all: whatever a call changes in it is undone."""
    with django_db_blocker.unblock(), undone():
        cast = people()
        made = rows(cast)
        values = {name: getattr(row, "pk", row) for name, row in (cast | made).items()}
        yield clients(cast), Values(values), state()


@pytest.fixture
def world(made, db, time_stands_still):
    """Callers nobody has signed out yet, what stands in braces, and everything stored."""
    callers, values, stored = made
    return deepcopy(callers), values, stored


def filled(body, values):
    if isinstance(body, list):
        return [filled(part, values) for part in body]
    if isinstance(body, dict):
        return {key: filled(part, values) for key, part in body.items()}
    return values[body[1:-1]] if isinstance(body, str) and body.startswith("{") else body


TABLES = sorted(
    model._meta.db_table
    for model in apps.get_models(include_auto_created=True)
    if model._meta.managed and model._meta.model_name != "cacheentry"
)


def state():
    """Everything stored, so that a denied request can be seen to have changed nothing."""
    with connection.cursor() as cursor:
        return {table: rows_of(table, cursor) for table in TABLES}


def rows_of(table, cursor):
    cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
    return sorted(map(repr, cursor.fetchall()))


@contextmanager
def written():
    """The statements executed meanwhile that may change what is stored."""
    statements = []

    def note(execute, sql, *rest):
        if not HARMLESS.match(sql):
            statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        yield statements


def call(client, method, address, body):
    as_sent = "json" if address.startswith("/api/") else "multipart"
    answer = getattr(client, method.lower())(address, body, format=as_sent if body else None)
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


@pytest.mark.parametrize(
    ("method", "address", "body", "expected"),
    ROUTES,
    ids=[f"{method} {address}" for method, address, _, _ in ROUTES],
)
def test_each_caller_gets_what_the_matrix_says(world, method, address, body, expected):
    callers, values, before = world
    for name, status in statuses(expected).items():
        with undone(), written() as statements:
            answer = call(
                callers[name], method.strip("*"), address.format_map(values), filled(body, values)
            )
            assert answer.status_code == status, (name, answer.content)
            changed = bool(statements) and state() != before
        to_sign_in = status == 302 and answer["Location"].startswith(SIGN_IN)
        if status >= 400 or to_sign_in or method == "GET":
            assert not changed, f"{name} was refused, and yet something changed"
        elif not method.endswith("*"):
            assert changed, f"{name} was allowed, and yet nothing changed"


FOREIGN = [row for row in ROUTES if "404" in row[3] and re.search(r"\{\w+\}/", row[1])]


@pytest.mark.parametrize(("method", "address", "body", "expected"), FOREIGN)
def test_what_one_may_not_see_looks_like_what_does_not_exist(
    world, method, address, body, expected
):
    callers, values, _ = world
    name_of_row = re.search(r"\{(\w+)\}/", address)[1]
    nowhere = Values(values | {name_of_row: NOWHERE})
    for name, status in statuses(expected).items():
        if status == 404:
            foreign, nothing = (
                call(callers[name], method.strip("*"), address.format_map(ids), filled(body, ids))
                for ids in (values, nowhere)
            )
            asked_for = str(values[name_of_row]).encode()  # a refusal may name what was asked for
            assert foreign.status_code == nothing.status_code == 404
            assert foreign.content == nothing.content.replace(NOWHERE.encode(), asked_for)


# --- nothing is left out ---


def routes_and_methods(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern).removeprefix("^")
        if hasattr(pattern, "url_patterns"):
            if not is_of_pages(pattern):
                yield from routes_and_methods(pattern.url_patterns, route)
        else:
            yield from ((route, method) for method in methods_of(pattern.callback))


def is_of_pages(resolver):
    """HTML: its own tests ask the admin and what `<app>/pages/urls.py` and the like wire."""
    wired_by = getattr(resolver.urlconf_module, "__name__", "")
    return resolver.app_name == "admin" or ".pages" in wired_by or ".admin." in wired_by


def methods_of(view):
    handler = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if handler is None:
        return ["GET"]
    wired = getattr(view, "actions", None) or [name for name in METHODS if hasattr(handler, name)]
    return [
        name.upper() for name in METHODS if name in wired and name in handler.http_method_names
    ]


def test_the_matrix_leaves_no_route_and_no_method_out():
    listed = {
        (resolve(re.sub(r"\{\w+\}", NOWHERE, address).split("?")[0]).route, method.strip("*"))
        for method, address, _, _ in ROUTES
    }
    assert set(routes_and_methods(get_resolver().url_patterns)) - listed == set()


def test_every_model_has_a_policy_or_a_reason_to_have_none():
    models = {model._meta.label: model for model in apps.get_models()}
    with_policy = {label for label, model in models.items() if model in models_with_policy()}
    assert models.keys() - with_policy - DECIDED_ELSEWHERE.keys() == set()
    assert DECIDED_ELSEWHERE.keys() - (models.keys() - with_policy) == set()


def test_explicit_grants_are_kept_apart_from_guardians_generic_tables(db):
    assert get_user_obj_perms_model(Bag) is BagUserObjectPermission
    assert get_user_obj_perms_model(User) is SellerDelegation
