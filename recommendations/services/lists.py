"""One list at a time: computed on the spot, kept in the cache, refreshed by a job."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from accounts.queries import get_user
from inventory.queries import Narrowing
from recommendations import cache
from recommendations.cache import Entry, Key
from recommendations.data import Family, Ranked, Reason
from recommendations.queries import popular_items
from recommendations.services.homes import homes_by_model
from recommendations.services.interests import compute_user_interests
from recommendations.services.keeper import HeldModel
from recommendations.services.keeping import Made, Place, entry_of
from recommendations.services.kinship import similar_by_model
from recommendations.services.placements import is_makeshift, made_lists, model_for
from recommendations.services.recommendations import compute_recommendations
from recommendations.services.similarities import compute_similar_items
from recommendations.weights import homepage_weights

__all__ = ["compute_list", "compute_narrowed", "refresh_list"]

Lists = Mapping[int, Sequence[Place]]


def refresh_list(*, key: Key, now: datetime, wait: bool = False) -> Entry:
    """Compute the list as of `now`, keep it, and let the next refresh be claimed.

    With `wait`, for jobs, by the model in use even if it has to be read first. Raises NotFound
    where there is no such item or person; whatever else fails is the caller's to answer for, and
    what was kept before stays.
    """
    held = model_for(key.family, wait=wait)
    entry = entry_of(compute_list(key, held, now=now), now)
    if not is_makeshift(key.family, held):
        cache.store(key.family, {key.id: entry})
    cache.release_refresh(key)
    return entry


def compute_list(
    key: Key, held: HeldModel | None, *, now: datetime, among: Narrowing | None = None
) -> Made:
    """What belongs under `key` as of `now`, best first; nothing is stored.

    With `among`, which narrows what may be shown, it is nothing to be kept under `key`; and where
    there is a model, what it has nothing for is left to the fallbacks.
    """
    match key:
        case Key(Family.HOME, int(owner)):
            get_user(owner)
            by_model = partial(homes_by_model, now=now, among=among)
            by_formulas = partial(_homes, now=now, among=among)
        case Key(Family.SIMILAR, int(owner)):
            by_model = partial(similar_by_model, now=now, among=among)
            by_formulas = partial(_similar, now=now, among=among)
        case _:
            return Made(popular_list(now, among))
    formed = _nothing if held and among else by_formulas
    return made_lists([owner], held, by_model, formed)[owner]


def compute_narrowed(key: Key, among: Narrowing, *, now: datetime) -> Entry:
    """What would belong under `key` were there only the items that fulfil `among`; never kept."""
    return entry_of(compute_list(key, model_for(key.family), now=now, among=among), now)


def _nothing(owners: Sequence[int]) -> Lists:
    return dict.fromkeys(owners, ())


def _similar(item_ids: Sequence[int], now: datetime, among: Narrowing | None) -> Lists:
    return {pk: compute_similar_items(pk, now=now, among=among) for pk in item_ids}


def _homes(user_ids: Sequence[int], now: datetime, among: Narrowing | None) -> Lists:
    """From what people did up to this moment, not from interests stored an hour ago."""
    interests: dict[int, list[tuple[int, float]]] = {user_id: [] for user_id in user_ids}
    for interest in compute_user_interests(user_ids, now=now):
        interests[interest.user_id].append((interest.category_id, interest.score))
    return compute_recommendations(user_ids, now=now, interests=interests, among=among)


def popular_list(now: datetime, among: Narrowing | None = None) -> list[Ranked]:
    """The popular list; the score is the popularity of the homepage formula, from 0 to 1."""
    weights = homepage_weights()
    return [
        Ranked(
            item_id,
            min((bids + weights.watcher * watchers) / weights.popularity_for_one, 1),
            Reason.POPULAR,
        )
        for item_id, bids, watchers in popular_items(now, among=among).values_list(
            "pk", "bid_count", "watcher_count"
        )
    ]
