"""How much a person wants each category. Source: contract, section 3, "Interest"."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import fsum
from typing import NamedTuple

Interaction = tuple[int, int | None, datetime]
"""Who, with an item of which category (None: of no category), when."""

DECIMALS = 9
"""Scores are rounded, so that every database keeps and returns them to the bit."""


@dataclass(frozen=True, slots=True)
class InterestWeights:
    window_days: float
    """How far back interactions are read; the caller's query keeps to it."""
    bid: float
    watch: float
    decay: tuple[tuple[float, float], ...]
    """(days, factor), by days ascending: the factor of what is at most so many days old."""
    decay_beyond: float

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.window_days)


class Interest(NamedTuple):
    user_id: int
    category_id: int
    score: float
    """0–1; 1.0 is the person's favourite category."""
    interaction_count: int
    last_interaction_at: datetime


class _Tally:
    """One person's interactions with one category: how many were worth what, and the last."""

    __slots__ = ("last_at", "points")

    def __init__(self, at: datetime) -> None:
        self.points: Counter[float] = Counter()
        self.last_at = at

    def add(self, points: float, at: datetime) -> None:
        self.points[points] += 1
        self.last_at = max(self.last_at, at)

    def total(self) -> float:
        """Σ of the points; the same whatever the order in which they came."""
        return fsum(points * times for points, times in self.points.items())


def decay(age: timedelta, weights: InterestWeights) -> float:
    """How much an interaction of this age still says: 1.0 when fresh, less in steps."""
    for days, factor in weights.decay:
        if age <= timedelta(days=days):
            return factor
    return weights.decay_beyond


def user_interests(
    bids: Iterable[Interaction],
    watches: Iterable[Interaction],
    *,
    now: datetime,
    weights: InterestWeights,
) -> list[Interest]:
    """Everybody's interests, each person's best first, ties by category.

    Of each category: Σ 3.0·decay over the person's bids + Σ 2.0·decay over what they watch,
    divided by their greatest such sum. Items without a category say nothing.
    Interactions are consumed one at a time; what is held grows with people × categories only.
    """
    people: dict[int, dict[int, _Tally]] = defaultdict(dict)
    for weight, interactions in ((weights.bid, bids), (weights.watch, watches)):
        for user_id, category_id, at in interactions:
            if category_id is None:
                continue
            tallies = people[user_id]
            if category_id not in tallies:
                tallies[category_id] = _Tally(at)
            tallies[category_id].add(weight * decay(now - at, weights), at)
    return [interest for user_id in sorted(people) for interest in _of(user_id, people[user_id])]


def _of(user_id: int, tallies: dict[int, _Tally]) -> Iterator[Interest]:
    totals = {category_id: tally.total() for category_id, tally in tallies.items()}
    top = max(totals.values())
    scores = {category_id: round(total / top, DECIMALS) for category_id, total in totals.items()}
    for category_id in sorted(scores, key=lambda category_id: (-scores[category_id], category_id)):
        tally = tallies[category_id]
        yield Interest(
            user_id, category_id, scores[category_id], tally.points.total(), tally.last_at
        )
