"""Public reads: who is active, and who may do what."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import SellerDelegation, User
from accounts.policies import is_administrator, is_manager
from recsys.lib.access import Actor

__all__ = ["delegated_sellers", "is_administrator", "is_manager", "list_active_users"]


def list_active_users(since: datetime) -> QuerySet[User]:
    """People worth a recompute: signed in after `since`, or joined since and never signed in."""
    return User.objects.active_since(since).order_by("id")


def delegated_sellers(actor: Actor) -> QuerySet[Any]:
    """Ids of the sellers whose items `actor` was given to manage, for use in a subquery."""
    return SellerDelegation.objects.filter(
        user=actor.pk, permission__codename="manage_items_of"
    ).values("content_object")
