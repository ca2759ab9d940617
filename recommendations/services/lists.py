"""One list at a time: computed on the spot, kept in the cache, refreshed by a job."""

from collections.abc import Sequence
from datetime import datetime

from accounts.queries import get_user
from recommendations import cache
from recommendations.cache import Entry, Key
from recommendations.data import Family, Ranked, Reason
from recommendations.queries import popular_items
from recommendations.services.interests import compute_user_interests
from recommendations.services.keeping import Place, entry_of
from recommendations.services.recommendations import compute_recommendations
from recommendations.services.similarities import compute_similar_items
from recommendations.weights import homepage_weights

__all__ = ["compute_list", "refresh_list"]


def refresh_list(*, key: Key, now: datetime) -> Entry:
    """Compute the list as of `now`, keep it, and let the next refresh be claimed.

    Raises NotFound where there is no such item or person; whatever else fails is the caller's to
    answer for, and what was kept before stays.
    """
    entry = entry_of(compute_list(key, now=now), now)
    cache.store(key.family, {key.id: entry})
    cache.release_refresh(key)
    return entry


def compute_list(key: Key, *, now: datetime) -> Sequence[Place]:
    """What belongs under `key` as of `now`, best first; nothing is stored."""
    match key:
        case Key(Family.HOME, int(user_id)):
            return _home(user_id, now)
        case Key(Family.SIMILAR, int(item_id)):
            return compute_similar_items(item_id, now=now)
        case _:
            return popular_list(now)


def _home(user_id: int, now: datetime) -> Sequence[Place]:
    """From what the person did up to this moment, not from interests stored an hour ago."""
    get_user(user_id)
    interests = [
        (interest.category_id, interest.score)
        for interest in compute_user_interests([user_id], now=now)
    ]
    lists = compute_recommendations([user_id], now=now, interests={user_id: interests})
    return lists[user_id]


def popular_list(now: datetime) -> list[Ranked]:
    """The popular list; the score is the popularity of the homepage formula, from 0 to 1."""
    weights = homepage_weights()
    return [
        Ranked(
            item_id,
            min((bids + weights.watcher * watchers) / weights.popularity_for_one, 1),
            Reason.POPULAR,
        )
        for item_id, bids, watchers in popular_items(now).values_list(
            "pk", "bid_count", "watcher_count"
        )
    ]
