"""Roles, locks and delegations: given by services, honoured at the moment of the check."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import AnonymousUser, Group

from accounts import services
from accounts.data import Role
from accounts.models import User
from accounts.queries import is_administrator, is_manager
from inventory.models import Item
from recsys.lib.access import policy_of, readable_by
from recsys.lib.errors import Conflict, InvalidInput, NotAllowed
from tests.factories import ItemFactory

pytestmark = pytest.mark.django_db

PERMISSIONS = {
    Role.RECOMMENDATION_MANAGERS: {"recommendations.manage_recommendations"},
    Role.SELLERS: {"inventory.publish_lot"},
    Role.CREATORS: {"inventory.publish_creation"},
    Role.EVENT_WRITERS: {"recommendations.ingest_events"},
    Role.SERVICES: {
        "recommendations.serve_anybody",
        "recommendations.ingest_events",
        "inventory.run_worlds",
    },
}
PERMISSIONS[Role.ADMINISTRATORS] = {
    *(name for names in PERMISSIONS.values() for name in names),
    *(f"accounts.{verb}_user" for verb in ("add", "change", "delete", "view")),
}


def again(user):
    """The person as the next request finds them: permissions are kept for one."""
    return User.objects.get(pk=user.pk)


@pytest.mark.parametrize("role", Role)
def test_a_role_gives_its_permissions_and_no_others(role, administrator, stranger, now):
    services.grant_role(actor=administrator, user=stranger, role=role, now=now)
    assert again(stranger).get_all_permissions() == PERMISSIONS[role]


@pytest.mark.parametrize("until", [None, timedelta(hours=1)])
def test_a_role_taken_away_is_gone_at_the_next_request(administrator, stranger, now, until):
    services.grant_role(
        actor=administrator,
        user=stranger,
        role=Role.RECOMMENDATION_MANAGERS,
        now=now,
        until=until and now + until,
    )
    assert is_manager(again(stranger))
    services.revoke_role(actor=administrator, user=stranger, role=Role.RECOMMENDATION_MANAGERS)
    assert not is_manager(again(stranger))


def test_an_expired_grant_gives_nothing(administrator, stranger, now):
    services.grant_role(
        actor=administrator,
        user=stranger,
        role=Role.ADMINISTRATORS,
        now=now,
        until=now + timedelta(days=1),
    )
    assert is_administrator(again(stranger))
    stranger.role_grants.update(expires_at=now - timedelta(seconds=1))
    assert not is_administrator(again(stranger))


def test_a_role_granted_for_good_replaces_the_timed_one(administrator, stranger, now):
    timed = {"until": now + timedelta(days=1)}
    for until in (timed, {}):
        services.grant_role(
            actor=administrator, user=stranger, role=Role.SELLERS, now=now, **until
        )
    assert not stranger.role_grants.exists()
    assert again(stranger).has_perm("inventory.publish_lot")


def test_a_grant_that_is_over_before_it_begins_is_refused(administrator, stranger, now):
    with pytest.raises(InvalidInput):
        services.grant_role(
            actor=administrator, user=stranger, role=Role.SELLERS, now=now, until=now
        )
    assert not stranger.role_grants.exists()


@pytest.mark.django_db
def test_permissions_cost_one_statement_and_none_the_second_time(
    stranger, django_assert_num_queries
):
    person = again(stranger)
    with django_assert_num_queries(1):
        person.has_perm("recommendations.manage_recommendations")
        person.has_perm("accounts.change_user")


def test_nobody_else_gives_takes_or_locks(manager, stranger, now):
    group = Group.objects.get(name=Role.SELLERS)
    stranger.groups.add(group)
    refused = [
        lambda: services.grant_role(
            actor=manager, user=manager, role=Role.ADMINISTRATORS, now=now
        ),
        lambda: services.revoke_role(actor=manager, user=stranger, role=Role.SELLERS),
        lambda: services.lock_user(actor=manager, user=stranger, now=now),
        lambda: services.unlock_user(actor=manager, user=stranger),
    ]
    for attempt in refused:
        with pytest.raises(NotAllowed):
            attempt()
    assert not is_administrator(again(manager))
    assert again(stranger).locked_at is None
    assert list(stranger.groups.all()) == [group]
    assert not LogEntry.objects.exists()


def test_an_administrator_does_not_outrank_a_superuser(administrator, now):
    root = User.objects.create_superuser("root_user")
    with pytest.raises(NotAllowed):
        services.lock_user(actor=administrator, user=root, now=now)
    assert not policy_of(User).may_change(administrator, root)


def test_administrators_cannot_lock_themselves_out(administrator, now):
    with pytest.raises(Conflict):
        services.lock_user(actor=administrator, user=administrator, now=now)
    assert again(administrator).locked_at is None


def test_every_grant_and_lock_leaves_who_whom_what_and_when(administrator, stranger, now):
    people = {"actor": administrator, "user": stranger}
    services.grant_role(**people, role=Role.SELLERS, now=now, until=now + timedelta(days=1))
    services.revoke_role(**people, role=Role.SELLERS)
    services.lock_user(**people, now=now)
    services.unlock_user(**people)
    lines = LogEntry.objects.order_by("pk")
    assert {(line.user_id, line.object_id) for line in lines} == {
        (administrator.pk, str(stranger.pk))
    }
    assert [line.change_message for line in lines] == [
        f"Granted sellers until {now + timedelta(days=1):%Y-%m-%d %H:%M} UTC",
        "Revoked sellers",
        "Locked",
        "Unlocked",
    ]
    assert all(line.action_time >= now for line in lines)


def test_a_locked_administrator_holds_no_permissions(administrator, now):
    administrator.locked_at = now
    administrator.save(update_fields=["locked_at"])
    assert again(administrator).get_all_permissions() == set()


def test_a_delegated_operator_edits_the_items_of_that_seller_only(owner, stranger):
    draft = ItemFactory(seller=owner, publication_status="draft")
    ItemFactory(publication_status="draft")
    services.delegate_items(actor=owner, seller=owner, operator=stranger)
    assert list(readable_by(stranger, Item.objects.all())) == [draft]
    assert policy_of(Item).may_change(stranger, draft)
    services.end_delegation(actor=owner, seller=owner, operator=stranger)
    assert not readable_by(stranger, Item.objects.all()).exists()
    assert not policy_of(Item).may_change(stranger, draft)


def test_nobody_delegates_for_another_seller(owner, stranger):
    with pytest.raises(NotAllowed):
        services.delegate_items(actor=stranger, seller=owner, operator=stranger)
    with pytest.raises(InvalidInput):
        services.delegate_items(actor=owner, seller=owner, operator=owner)
    assert not owner.delegations_given.exists()


def test_anonymous_visitors_may_change_no_item(owner):
    assert not policy_of(Item).may_change(AnonymousUser(), ItemFactory(seller=owner))
