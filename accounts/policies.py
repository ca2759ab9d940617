from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from knox.models import AuthToken

from accounts.models import Friendship, RoleGrant, User, UserIdentity
from recsys.lib.access import Actor, Policy, policy_for


def is_manager(actor: Actor) -> bool:
    """Whether the actor may see and steer everything the recommender does.

    Asked without an object: guardian's `has_perm(…, obj)` ignores global permissions.
    """
    return actor.has_perm("recommendations.manage_recommendations")


def is_administrator(actor: Actor) -> bool:
    """Whether the actor may see and change other people's accounts."""
    return actor.has_perm("accounts.change_user")


@policy_for(User)
class UserPolicy(Policy):
    """Everybody has a public card; the rest is between the person and administrators."""

    is_public = True

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if is_administrator(actor) else rows.filter(is_active=True)

    def may_change(self, actor: Actor, row: User) -> bool:
        return row.pk == actor.pk or is_administrator(actor)


@policy_for(Friendship)
class FriendshipPolicy(Policy):
    """Between the two; either may end it, only the one who was asked may accept."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(Q(user=actor.pk) | Q(friend=actor.pk))

    def may_create(self, actor: Actor) -> bool:
        return actor.is_authenticated

    def may_change(self, actor: Actor, row: Friendship) -> bool:
        return row.friend_id == actor.pk

    def may_delete(self, actor: Actor, row: Friendship) -> bool:
        return actor.pk in (row.user_id, row.friend_id)


@policy_for(AuthToken, UserIdentity)
class OwnPolicy(Policy):
    """One's own to see and to end."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(user=actor.pk)

    def may_delete(self, actor: Actor, row: Any) -> bool:
        return row.user_id == actor.pk


@policy_for(Group, RoleGrant)
class RolePolicy(Policy):
    """Roles are given and taken by administrators."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if is_administrator(actor) else rows.none()

    def may_create(self, actor: Actor) -> bool:
        return is_administrator(actor)

    def may_change(self, actor: Actor, row: Any) -> bool:
        return is_administrator(actor)
