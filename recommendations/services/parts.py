"""What a homepage score consists of, for one person and one item."""

from dataclasses import dataclass
from datetime import datetime

from inventory.queries import live_items
from recommendations.scoring.generator import popularity_part, recency_part
from recommendations.services.interests import compute_user_interests
from recommendations.services.recommendations import rankable_items
from recommendations.weights import homepage_weights
from recsys.lib.errors import NotFound

__all__ = ["ScoreParts", "score_parts"]

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


def score_parts(user_id: int, item_id: int, *, now: datetime) -> ScoreParts:
    """The parts for a live item, from what the person did up to `now`. NotFound: not live."""
    weights = homepage_weights()
    item = rankable_items(live_items(now).filter(pk=item_id), now)
    if not len(item):
        raise NotFound
    favorites = {
        interest.category_id: interest.score
        for interest in compute_user_interests([user_id], now=now)[: weights.categories]
    }
    category = int(item["category"][0])
    interest = weights.interest * favorites.get(category, 0.0)
    popularity = float(popularity_part(item, weights)[0])
    recency = float(recency_part(item, weights)[0])
    return ScoreParts(
        interest=round(interest, DECIMALS),
        popularity=round(popularity, DECIMALS),
        recency=round(recency, DECIMALS),
        total=round(interest + popularity + recency, DECIMALS),
        favorite=category in favorites,
    )
