"""Each person's homepage list, from their stored interests and what is live."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
from django.db.models import QuerySet

from inventory.data import AuctionStatus
from inventory.queries import Narrowing, list_items_in_categories, live_items
from recommendations.data import Family, Source
from recommendations.models import RecommendedItem
from recommendations.queries import engagements_of, top_interests_batch
from recommendations.scoring.generator import ITEM, Array, Recommendation, Shelves
from recommendations.scoring.generator import recommended_items as recommended_to
from recommendations.services.batches import Outcome, attempt, one_ahead, replace_rows
from recommendations.services.goods import Goods
from recommendations.services.homes import homes_of
from recommendations.services.keeper import HeldModel
from recommendations.services.keeping import Place, keep_when_committed
from recommendations.services.people import PersonBatch, people_in_batches
from recommendations.services.placements import made_lists, model_for
from recommendations.services.tastes import People
from recommendations.weights import homepage_weights
from recsys.lib.commands import Progress, no_progress

__all__ = ["compute_recommendations", "generate_recommendations"]

FIELDS = (
    "id", "category_id", "seller_id", "end_at", "bid_count", "watcher_count", "auction_status",
)  # fmt: skip
NO_CATEGORY = 0
Lists = dict[int, list[Recommendation]]


def compute_recommendations(
    user_ids: Sequence[int],
    *,
    now: datetime,
    interests: Mapping[int, Sequence[tuple[int, float]]] | None = None,
    shelves: Shelves | None = None,
    among: Narrowing | None = None,
) -> Lists:
    """Each person's list as of `now`, best first; nothing is stored.

    `interests` are (category, score) pairs by person, by default those stored. Without `shelves`
    only the live items of these people's favourite categories are read, narrowed by `among`.
    Four statements at most, however many people.
    """
    weights = homepage_weights()
    if among is not None and among.categories is not None:
        weights = replace(weights, per_category=weights.limit)  # they ask for more of the same
    if interests is None:
        interests = top_interests_batch(user_ids, weights.categories)
    if shelves is None:
        wanted = {category for rows in interests.values() for category, _ in rows}
        items: QuerySet[Any] = list_items_in_categories(wanted, now)
        narrowed = items if among is None else among.of(items)
        shelves = Shelves(rankable_items(narrowed, now), weights)
    touched: dict[int, set[int]] = {user_id: set() for user_id in user_ids}
    for user_id, item_id in engagements_of(user_ids):
        touched[user_id].add(item_id)
    return {
        user_id: recommended_to(user_id, interests[user_id], touched[user_id], shelves, weights)
        for user_id in user_ids
    }


def generate_recommendations(
    *, now: datetime, user_id: int | None = None, progress: Progress = no_progress
) -> dict[str, Any]:
    """Store the lists of the people active lately, or of one person: as rows, and in the cache.

    What a list no longer holds is deleted. For everybody all live items are held once, about 50
    bytes each; memory does not grow with people or with what they did.
    NotFound for an unknown `user_id`.
    Report: people, recommended (rows stored), failed (people skipped).
    """
    held, shelves, goods = model_for("home", wait=True), None, None
    if user_id is None:
        shelves = Shelves(
            rankable_items(live_items(now).exclude(category=None), now), homepage_weights()
        )
        goods = None if held is None else Goods.all(now)
    total, batches = people_in_batches(now=now, user_id=user_id)
    outcome = Outcome()
    for people, found in one_ahead(batches, partial(_begun, now=now, held=held, goods=goods)):
        work = partial(_store, now=now, shelves=shelves, held=held, found=found)
        outcome = outcome.plus(attempt(people, work))
        progress(outcome.done, total)
    return {"people": outcome.done, "recommended": outcome.written, "failed": outcome.failed}


def _begun(
    batch: PersonBatch, now: datetime, held: HeldModel | None, goods: Goods | None
) -> Callable[[], Mapping[int, Sequence[Place]]]:
    """What makes the model's lists of these people without asking the database any more."""
    if held is None:
        return dict
    people = People.read([user_id for (user_id,) in batch], held, now)
    if goods is not None:
        return partial(homes_of, people, goods)
    made = homes_of(people)
    return lambda: made


def _store(
    people: PersonBatch,
    now: datetime,
    shelves: Shelves | None,
    held: HeldModel | None,
    found: Mapping[int, Sequence[Place]],
) -> int:
    """As rows and in the cache what was `found` for these, and the formulas' lists of the rest."""
    user_ids = [user_id for (user_id,) in people]
    by_formulas = partial(compute_recommendations, now=now, shelves=shelves)
    lists = made_lists(user_ids, held, lambda ids, _: {pk: found[pk] for pk in ids}, by_formulas)
    places = [place for made in lists.values() for place in made.places]
    columns: dict[str, list[Any]] = {
        "user_id": [user_id for user_id, made in lists.items() for _ in made.places],
        "item_id": [place.item_id for place in places],
        "score": [place.score for place in places],
        "rank": [1 + at for made in lists.values() for at in range(len(made.places))],
        "reason": [place.reason for place in places],
        "source": [Source.PERSONAL.value] * len(places),
        "generated_at": [now] * len(places),
    }
    keep_when_committed(Family.HOME, lists, now)
    current = RecommendedItem.objects.filter(user__in=user_ids)
    return replace_rows(current, columns, ("user_id", "item_id"))


def rankable_items(items: QuerySet[Any], now: datetime) -> Array:
    """`items` as the formula ranks them: an ITEM array, category 0 where there is none."""
    return np.fromiter(_rankable(items.values_list(*FIELDS).iterator(), now), dtype=ITEM)


def _rankable(rows: Iterable[tuple[Any, ...]], now: datetime) -> Iterator[tuple[Any, ...]]:
    for item_id, category_id, seller_id, end_at, bids, watchers, status in rows:
        left = 0 if end_at is None else (end_at - now) // timedelta(microseconds=1)
        active = status == AuctionStatus.ACTIVE
        yield item_id, category_id or NO_CATEGORY, seller_id, left, bids, watchers, active
