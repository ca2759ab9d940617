"""A shop's own backend asks for anybody, as long as it may."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from knox.models import AuthToken

from accounts import services
from accounts.data import Role
from accounts.models import RoleGrant
from recommendations import cache
from recommendations.cache import Entry
from recommendations.data import Family, Ranked, Reason
from tests.factories import ItemFactory, UserFactory, WatchlistItemFactory

pytestmark = pytest.mark.django_db

HOME = "/api/v1/recommendations/"


@pytest.fixture
def service(stranger):
    stranger.groups.add(Group.objects.get(name="services"))
    return stranger


def test_a_service_asks_for_anybody_and_gets_ids(api, owner, service, now):
    lot = ItemFactory()
    places = (Ranked(lot.pk, 0.5, Reason.TRENDING),)
    cache.store(Family.HOME, {owner.pk: Entry(places, now)})
    body = api(service).get(HOME, {"user": owner.pk, "fields": "id"}).json()
    assert body["results"] == [
        {"item": lot.pk, "score": 0.5, "rank": 1, "reason": "trending", "source": "personal"}
    ]


def test_a_service_gets_no_item_the_person_holds_or_that_has_ended(api, owner, service, now):
    held = WatchlistItemFactory(user=owner).item
    ended = ItemFactory(auction_status="ended")
    places = tuple(Ranked(item.pk, 0.5, Reason.TRENDING) for item in (held, ended))
    cache.store(Family.HOME, {owner.pk: Entry(places, now)})
    assert api(service).get(HOME, {"user": owner.pk, "fields": "id"}).json()["results"] == []


def test_a_service_whose_role_ends_now_is_refused_now(api, owner, stranger, administrator, now):
    services.grant_role(
        actor=administrator,
        user=stranger,
        role=Role.SERVICES,
        now=now,
        until=now + timedelta(hours=1),
    )
    caller = api(stranger)
    assert caller.get(HOME, {"user": owner.pk}).status_code == 200
    RoleGrant.objects.update(expires_at=now)
    assert caller.get(HOME, {"user": owner.pk}).status_code == 403


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"locked_at": datetime(2026, 1, 1, tzinfo=UTC)}], ids=str
)
def test_a_service_locked_out_is_refused_at_once(api, owner, service, change):
    caller = api(service)
    assert caller.get(HOME, {"user": owner.pk}).status_code == 200
    type(service).objects.filter(pk=service.pk).update(**change)
    assert caller.get(HOME, {"user": owner.pk}).status_code == 401


def test_a_service_whose_token_ends_now_is_refused_now(api, owner, service, now):
    caller = api(service)
    AuthToken.objects.filter(user=service).update(expiry=now)
    assert caller.get(HOME, {"user": owner.pk}).status_code == 401


def test_a_service_by_permission_of_its_own_or_by_being_superuser_is_one(api, owner, manager):
    permission = Permission.objects.get(codename="serve_anybody")
    assert api(manager).get(HOME, {"user": owner.pk}).status_code == 403
    manager.user_permissions.add(permission)
    assert api(manager).get(HOME, {"user": owner.pk}).status_code == 200
    root = UserFactory(is_superuser=True)
    assert api(root).get(HOME, {"user": owner.pk}).status_code == 200


def test_a_service_hears_of_an_unknown_person(api, service):
    assert api(service).get(HOME, {"user": 404}).status_code == 404


def test_the_statements_of_a_services_question_are_three(
    api, owner, service, now, django_assert_num_queries
):
    places = (Ranked(ItemFactory().pk, 0.5, Reason.TRENDING),)
    cache.store(Family.HOME, {owner.pk: Entry(places, now)})
    cache.store(Family.POPULAR, {None: Entry(places, now)})
    caller = api(service)
    with django_assert_num_queries(3):
        caller.get(HOME, {"user": owner.pk, "fields": "id", "limit": 1})
