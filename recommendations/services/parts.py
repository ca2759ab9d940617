"""What a homepage score consists of, for one person and one item."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from inventory.queries import live_items
from recommendations.scoring.generator import popularity_part, recency_part
from recommendations.services.interests import compute_user_interests
from recommendations.services.recommendations import rankable_items
from recommendations.weights import homepage_weights

__all__ = ["ScoreParts", "score_parts_batch"]

DECIMALS = 6


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """What each part of the formula adds to the score; `total` is their sum.

    `favorite` says whether the item's category is among the person's favourites: only those
    are candidates for a personal place.
    """

    interest: float
    popularity: float
    recency: float
    total: float
    favorite: bool


def score_parts_batch(
    user_id: int, item_ids: Collection[int], *, now: datetime
) -> dict[int, ScoreParts]:
    """The parts for each of the items live at `now`, from what the person did until then.

    Three statements, however many items.
    """
    weights = homepage_weights()
    items = rankable_items(live_items(now).filter(pk__in=item_ids), now)
    favorites = {
        interest.category_id: interest.score
        for interest in compute_user_interests([user_id], now=now)[: weights.categories]
    }
    rows = zip(
        items["id"].tolist(),
        items["category"].tolist(),
        popularity_part(items, weights).tolist(),
        recency_part(items, weights).tolist(),
        strict=True,
    )
    return {
        item_id: _parts(weights.interest, favorites.get(category), popularity, recency)
        for item_id, category, popularity, recency in rows
    }


def _parts(weight: float, favorite: float | None, popularity: float, recency: float) -> ScoreParts:
    interest = weight * (favorite or 0.0)
    return ScoreParts(
        interest=round(interest, DECIMALS),
        popularity=round(popularity, DECIMALS),
        recency=round(recency, DECIMALS),
        total=round(interest + popularity + recency, DECIMALS),
        favorite=favorite is not None,
    )
