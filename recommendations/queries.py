"""Public reads: what people did, and what was computed from it.

The reads of what people did take as many SQL statements for a thousand people or items as for
one, and yield plain tuples a few thousand at a time.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain, groupby, islice
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from bidding.queries import bids_by, bids_on
from inventory.queries import Narrowing, watches_by, watches_of
from inventory.queries import popular_items as most_popular_items
from recommendations.data import Audience, EventKind
from recommendations.models import (
    Event,
    ItemSimilarity,
    MutedCategory,
    RecommendedItem,
    UserInterest,
)

__all__ = [
    "audience_of",
    "engaged_users",
    "engaged_users_batch",
    "engagements_around",
    "engagements_of",
    "hidden_item_ids",
    "items_touched_around",
    "muted_categories",
    "popular_items",
    "recommended_items",
    "similar_items",
    "stored_recommendations",
    "stored_similarities",
    "top_interests",
    "top_interests_batch",
    "user_bids",
    "user_interests",
    "user_watchlist",
]

ROWS_AT_A_TIME = 5_000


def _tuples(rows: QuerySet[Any], *fields: str) -> Iterator[tuple[Any, ...]]:
    return rows.values_list(*fields).iterator(chunk_size=ROWS_AT_A_TIME)


# --- What people did ----------------------------------------------------------------------------


def user_bids(user_ids: Sequence[int], since: datetime) -> Iterator[tuple[Any, ...]]:
    """(user, category or None, when) of each bid of these people from `since` on."""
    return _tuples(bids_by(user_ids, since), "bidder_id", "item__category_id", "created_at")


def user_watchlist(user_ids: Sequence[int], since: datetime) -> Iterator[tuple[Any, ...]]:
    """(user, category or None, when) of each item these people came to watch from `since` on."""
    return _tuples(watches_by(user_ids, since), "user_id", "item__category_id", "created_at")


def engaged_users(item_id: int) -> set[int]:
    """The people who bid on the item or watch it."""
    return engaged_users_batch([item_id])[item_id]


def engaged_users_batch(item_ids: Sequence[int]) -> dict[int, set[int]]:
    """Of each item, the people who bid on it or watch it. Two statements."""
    engaged: dict[int, set[int]] = {item_id: set() for item_id in item_ids}
    bidders = _tuples(bids_on(item_ids), "item_id", "bidder_id")
    watchers = _tuples(watches_of(item_ids), "item_id", "user_id")
    for item_id, user_id in chain(bidders, watchers):
        engaged[item_id].add(user_id)
    return engaged


def audience_of(item_id: int, *, category_id: int | None) -> Audience:
    """How many people an item speaks to, in three statements; nobody is named."""
    likers = UserInterest.objects.filter(category=category_id)
    return Audience(
        bidders=bids_on([item_id]).values("bidder").distinct().count(),
        watchers=watches_of([item_id]).count(),
        likers=likers.count() if category_id else 0,
    )


def engagements_around(item_ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """(person, item): all that was ever bid on or is watched by people engaged with these items.

    Two statements; a pair comes once per bid and watch.
    """
    return _engagements(_people_around(item_ids))


def engagements_of(user_ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
    """(person, item): all that these people ever bid on or watch. Two statements."""
    return _engagements(user_ids)


def items_touched_around(item_ids: Sequence[int]) -> QuerySet[Any]:
    """The ids, as a subquery, of all that people engaged with these items bid on or watch."""
    people = _people_around(item_ids)
    return bids_by(people).values("item_id").union(watches_by(people).values("item_id"))


def _people_around(item_ids: Sequence[int]) -> QuerySet[Any]:
    return bids_on(item_ids).values("bidder_id").union(watches_of(item_ids).values("user_id"))


def _engagements(people: Sequence[int] | QuerySet[Any]) -> Iterator[tuple[Any, ...]]:
    bids = _tuples(bids_by(people), "bidder_id", "item_id")
    return chain(bids, _tuples(watches_by(people), "user_id", "item_id"))


def hidden_item_ids(user_id: int) -> set[int]:
    """What a person asked never to see again."""
    hidden = Event.objects.filter(user=user_id, kind=EventKind.HIDE)
    return set(hidden.values_list("item_id", flat=True))


def muted_categories(user_ids: Sequence[int]) -> set[tuple[int, int]]:
    """(person, category): what these people said is no interest of theirs. One statement."""
    return set(_tuples(MutedCategory.objects.filter(user__in=user_ids), "user_id", "category_id"))


# --- What was computed --------------------------------------------------------------------------


def user_interests(user_id: int) -> QuerySet[UserInterest]:
    """A person's interests, the favourite first."""
    return UserInterest.objects.filter(user=user_id).order_by("-score", "category_id")


def top_interests(user_id: int, limit: int) -> list[tuple[int, float]]:
    """(category, score) of a person's best categories."""
    return top_interests_batch([user_id], limit)[user_id]


def top_interests_batch(user_ids: Sequence[int], limit: int) -> dict[int, list[tuple[int, float]]]:
    """Of each person, (category, score) of their best categories. One statement."""
    interests: dict[int, list[tuple[int, float]]] = {user_id: [] for user_id in user_ids}
    stored = UserInterest.objects.filter(user__in=user_ids).order_by(
        "user_id", "-score", "category_id"
    )
    for user_id, rows in groupby(
        _tuples(stored, "user_id", "category_id", "score"), itemgetter(0)
    ):
        interests[user_id] = [
            (category_id, score) for _, category_id, score in islice(rows, limit)
        ]
    return interests


def similar_items(item_id: int, limit: int) -> QuerySet[ItemSimilarity]:
    """The stored neighbours of an item, best first; whether they are live is to be checked."""
    stored = ItemSimilarity.objects.filter(source=item_id)
    return stored.order_by("-score", "similar_id")[:limit]


def recommended_items(user_id: int) -> QuerySet[RecommendedItem]:
    """A person's stored list in order; whether the items are live is to be checked."""
    return RecommendedItem.objects.filter(user=user_id).order_by("rank")


def stored_similarities(first: int, last: int) -> Iterator[tuple[Any, ...]]:
    """(source, similar, score, reason, when) of sources with ids from `first` to `last`.

    Source by source, each one's best first.
    """
    stored = ItemSimilarity.objects.filter(source__gte=first, source__lte=last)
    in_order = stored.order_by("source_id", "-score", "similar_id")
    return _tuples(in_order, "source_id", "similar_id", "score", "reason", "computed_at")


def stored_recommendations(first: int, last: int) -> Iterator[tuple[Any, ...]]:
    """(person, item, score, reason, when) of people with ids from `first` to `last`, in order."""
    stored = RecommendedItem.objects.filter(user__gte=first, user__lte=last)
    in_order = stored.order_by("user_id", "rank")
    return _tuples(in_order, "user_id", "item_id", "score", "reason", "generated_at")


def popular_items(
    now: datetime, limit: int | None = None, *, among: Narrowing | None = None
) -> QuerySet[Any]:
    """The most popular live items, by default as many as the popular list is long."""
    return most_popular_items(now, limit or settings.RECSYS_POPULAR_LIMIT, among=among)
