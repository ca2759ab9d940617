"""What people watch."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from inventory.models import WatchlistItem

__all__ = ["watches_by", "watches_of", "watches_of_person"]


def watches_by(
    people: Iterable[int] | QuerySet, since: datetime | None = None
) -> QuerySet[WatchlistItem]:
    """What these people watch, all of it or since a time; ids or a subquery of ids."""
    watches = WatchlistItem.objects.filter(user__in=people)
    return watches if since is None else watches.filter(created_at__gte=since)


def watches_of(items: Iterable[int]) -> QuerySet[WatchlistItem]:
    return WatchlistItem.objects.filter(item__in=items)


def watches_of_person(user: Any) -> QuerySet[WatchlistItem]:
    """What this person watches; their id, or an expression for it."""
    return WatchlistItem.objects.filter(user=user)
