from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q, QuerySet
from knox.models import AuthToken

from accounts.models import (
    Block,
    Friendship,
    RoleGrant,
    SellerDelegation,
    Session,
    User,
    UserIdentity,
)
from recsys.lib.access import Actor, Policy, policy_for


def is_manager(actor: Actor) -> bool:
    """Whether the actor may see and steer everything the recommender does.

    Asked without an object: guardian's `has_perm(…, obj)` ignores global permissions.
    """
    return actor.has_perm("recommendations.manage_recommendations")


def is_administrator(actor: Actor) -> bool:
    """Whether the actor may see and change other people's accounts."""
    return actor.has_perm("accounts.change_user")


def permissions_held_by(user: Any, now: Any) -> QuerySet[Permission]:
    """Own, by role, and by a role granted until a time still ahead; both may be expressions."""
    own = User.user_permissions.through.objects.filter(user=user)
    roles = User.groups.through.objects.filter(user=user)
    granted = RoleGrant.objects.filter(user=user, expires_at__gt=now)
    return Permission.objects.order_by().filter(
        Q(pk__in=own.values("permission"))
        | Q(group__in=roles.values("group"))
        | Q(group__in=granted.values("group"))
    )


@policy_for(User)
class UserPolicy(Policy):
    """Everybody has a public card; the rest is between the person and administrators.

    A superuser's account is changed by superusers only: an administrator who could set its
    address or password would be one.
    """

    is_public = True

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if is_administrator(actor) else rows.filter(is_active=True)

    def may_create(self, actor: Actor) -> bool:
        return is_administrator(actor)

    def may_change(self, actor: Actor, row: User) -> bool:
        if row.pk == actor.pk:
            return True
        outranked = row.is_superuser and not getattr(actor, "is_superuser", False)
        return is_administrator(actor) and not outranked

    def may_delete(self, actor: Actor, row: User) -> bool:
        """By `erase_account` only, which people ask for themselves: auctions' records hold."""
        return False


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


@policy_for(AuthToken, Session, UserIdentity)
class OwnPolicy(Policy):
    """One's own to see and to end."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(user=actor.pk)

    def may_delete(self, actor: Actor, row: Any) -> bool:
        return row.user_id == actor.pk


@policy_for(Block)
class BlockPolicy(OwnPolicy):
    """The blocker's own, and nobody else's to know: least of all the blocked person's."""

    def may_create(self, actor: Actor) -> bool:
        return actor.is_authenticated


@policy_for(Group, RoleGrant)
class RolePolicy(Policy):
    """Roles are given and taken by administrators."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if is_administrator(actor) else rows.none()

    def may_create(self, actor: Actor) -> bool:
        return is_administrator(actor)

    def may_change(self, actor: Actor, row: Any) -> bool:
        return is_administrator(actor)


@policy_for(SellerDelegation)
class SellerDelegationPolicy(Policy):
    """The seller's to give and to take back; the operator may see it."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        if is_administrator(actor):
            return rows
        return rows.filter(Q(content_object=actor.pk) | Q(user=actor.pk))

    def may_change(self, actor: Actor, row: SellerDelegation) -> bool:
        return row.content_object_id == actor.pk or is_administrator(actor)
