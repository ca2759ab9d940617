"""Public reads: who is active, and who may do what."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import SellerDelegation, User
from accounts.policies import is_administrator, is_manager
from recsys.lib.access import Actor
from recsys.lib.errors import NotFound

__all__ = [
    "delegated_sellers",
    "get_user",
    "is_administrator",
    "is_manager",
    "list_active_users",
]


def get_user(user_id: int) -> User:
    """The person, whoever asks. NotFound: there is none."""
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound(f"There is no user {user_id}.")
    return user


def list_active_users(since: datetime) -> QuerySet[User]:
    """People worth a recompute: signed in after `since`, or joined since and never signed in."""
    return User.objects.active_since(since).order_by("id")


def delegated_sellers(actor: Actor) -> QuerySet[Any]:
    """Ids of the sellers whose items `actor` was given to manage, for use in a subquery."""
    return SellerDelegation.objects.filter(
        user=actor.pk, permission__codename="manage_items_of"
    ).values("content_object")
