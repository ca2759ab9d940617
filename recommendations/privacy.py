"""What is believed of a person, and what clients reported of them."""

from typing import Any

from django.db.models import QuerySet

from recommendations.cache import Key, drop
from recommendations.data import Family
from recommendations.models import (
    Event,
    Exploration,
    ItemSimilarity,
    MutedCategory,
    RecommendedItem,
    UserInterest,
)
from recsys.lib.privacy import Erasure, Holding, delete_rows, exempt, hold


def _erase_list(rows: QuerySet[Any], erasure: Erasure) -> None:
    delete_rows(rows, erasure)
    drop([Key(Family.HOME, erasure.person)])


hold(
    Holding(UserInterest, "user", "interests"),
    Holding(MutedCategory, "user", "muted categories"),
    Holding(RecommendedItem, "user", "recommended items", erase=_erase_list),
    Holding(Event, "user", "events"),
    Holding(Exploration, "user", "explorations"),
)
exempt(ItemSimilarity, reason="about two items, whoever sells them")
