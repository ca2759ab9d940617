"""Public reads: who is active, and who may do what."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

import recsys.lib.prepared  # noqa: F401 (declares the lookup `any_of`)
from accounts.models import Block, SellerDelegation, User
from accounts.policies import is_administrator, is_manager
from recsys.lib.access import Actor
from recsys.lib.errors import NotFound
from recsys.lib.lookup import get_readable

__all__ = [
    "all_users",
    "blocked_by",
    "delegated_sellers",
    "existing_user_ids",
    "find_user",
    "get_person",
    "get_user",
    "is_administrator",
    "is_manager",
    "list_active_users",
]


def get_user(user_id: int, actor: Actor | None = None) -> User:
    """The person, as far as `actor` may see them; internal callers see everybody.

    NotFound: there is none, or none for this actor.
    """
    if actor is not None:
        return get_readable(actor, User.objects.all(), pk=user_id)
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound(f"There is no user {user_id}.")
    return user


def get_person(username: str, *, actor: Actor) -> User:
    """The person of this username, as far as `actor` may see them. Raises NotFound."""
    return get_readable(actor, User.objects.all(), username=username.lower())


def find_user(name: str) -> User:
    """The person by id or username, as an operator types it. NotFound."""
    by = {"pk": int(name)} if name.isascii() and name.isdigit() else {"username": name.lower()}
    user = User.objects.filter(**by).first()
    if user is None:
        raise NotFound(f"There is nobody called {name}.")
    return user


def existing_user_ids(user_ids: Collection[int]) -> set[int]:
    """Those of the ids that are somebody's, active or not."""
    return set(User.objects.filter(pk__any_of=user_ids).values_list("pk", flat=True))


def all_users() -> QuerySet[User]:
    return User.objects.order_by("id")


def list_active_users(since: datetime) -> QuerySet[User]:
    """People worth a recompute: signed in after `since`, or joined since and never signed in."""
    return User.objects.active_since(since).order_by("id")


def blocked_by(user: Any) -> QuerySet[Any]:
    """Whom this person blocked; `user` may be an expression. For use in a subquery."""
    return Block.objects.filter(user=user)


def delegated_sellers(actor: Actor) -> QuerySet[Any]:
    """Ids of the sellers whose items `actor` was given to manage, for use in a subquery."""
    return SellerDelegation.objects.filter(
        user=actor.pk, permission__codename="manage_items_of"
    ).values("content_object")
