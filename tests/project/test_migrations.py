"""Migrations go down as well as up, and people outlive both."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from knox.models import AuthToken

from accounts.data import Role
from accounts.models import Friendship, RoleGrant, User, UserIdentity
from tests.factories import UserFactory

OWN_APPS = (
    "accounts",
    "bidding",
    "idempotency",
    "inventory",
    "jobs",
    "recommendations",
    "tablecache",
)
BEFORE_ROLES = ("accounts", "0003_seller_delegations")
PEOPLE = (User, Friendship, UserIdentity, AuthToken, RoleGrant, User.groups.through)


def own_migrations():
    loader = MigrationExecutor(connection).loader
    return {key: step for key, step in loader.disk_migrations.items() if key[0] in OWN_APPS}


@pytest.fixture
def migrate(transactional_db):
    """`migrate(*targets)`; whatever happens, everything is migrated again afterwards."""

    def to(*targets):
        MigrationExecutor(connection).migrate(list(targets))

    yield to
    to(*MigrationExecutor(connection).loader.graph.leaf_nodes())


def stored():
    return {model: sorted(model.objects.values_list()) for model in PEOPLE}


def permissions_of_roles():
    pairs = Group.objects.values_list("name", "permissions__codename")
    return sorted(pair for pair in pairs if pair[0] in Role.values)


def test_every_own_migration_says_how_to_go_back(db):
    one_way = [
        (key, operation)
        for key, migration in own_migrations().items()
        for operation in migration.operations
        if not operation.reversible
    ]
    assert one_way == []


def test_people_and_the_roles_they_hold_outlive_the_role_migration_down_and_up(migrate):
    person, administrator = UserFactory(), UserFactory()
    person.groups.add(Group.objects.get(name=Role.SELLERS))
    administrator.groups.add(Group.objects.get(name=Role.ADMINISTRATORS))
    RoleGrant.objects.create(
        user=person,
        group=Group.objects.get(name=Role.CREATORS),
        expires_at=timezone.now() + timedelta(days=1),
        granted_by=administrator,
    )
    Friendship.objects.create(user=person, friend=administrator)
    UserIdentity.objects.create(provider="elsewhere", uid="p", user=person)
    AuthToken.objects.create(person)
    people, permissions = stored(), permissions_of_roles()

    migrate(BEFORE_ROLES)
    assert stored() == people
    assert not User.objects.get(pk=administrator.pk).get_all_permissions()
    left = Group.objects.filter(name__in=Role.values).values_list("name", flat=True)
    assert set(left) == {Role.SELLERS, Role.ADMINISTRATORS, Role.CREATORS}  # nobody holds others

    migrate(*MigrationExecutor(connection).loader.graph.leaf_nodes())
    assert stored() == people
    assert permissions_of_roles() == permissions
    assert User.objects.get(pk=person.pk).has_perm("inventory.publish_creation")


def test_every_own_migration_goes_down_to_nothing_and_up_again(migrate):
    before = set(connection.introspection.table_names())
    migrate(*((app, None) for app in OWN_APPS))
    left = set(connection.introspection.table_names())
    assert not {name for name in left if name.startswith(tuple(f"{app}_" for app in OWN_APPS))}
    migrate(*MigrationExecutor(connection).loader.graph.leaf_nodes())
    assert set(connection.introspection.table_names()) == before
    assert UserFactory().pk
