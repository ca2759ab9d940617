"""What people watch."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from inventory.models import WatchlistItem
from recsys.lib.days import by_day

__all__ = [
    "all_watches",
    "watches_by",
    "watches_of",
    "watches_of_person",
    "watches_per_day",
]


def all_watches() -> QuerySet[WatchlistItem]:
    return WatchlistItem.objects.all()


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


def watches_per_day(since: datetime) -> dict[date, int]:
    """Watches from `since` on that still stand, by UTC day; by an index."""
    return by_day(WatchlistItem.objects.filter(created_at__gte=since), "created_at")
