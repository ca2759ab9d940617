"""Public reads: who is active, and who may do what."""

from datetime import datetime

from django.db.models import QuerySet

from accounts.models import User
from accounts.policies import is_administrator, is_manager

__all__ = ["is_administrator", "is_manager", "list_active_users"]


def list_active_users(since: datetime) -> QuerySet[User]:
    """People worth a recompute: signed in after `since`, or joined since and never signed in."""
    return User.objects.active_since(since).order_by("id")
