"""From a recompute into the cache."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple, Protocol

from django.db import transaction

from recommendations import cache
from recommendations.cache import Entry
from recommendations.data import FORMULAS, Family, Ranked


class Place(Protocol):
    """What any scorer gives; what a `Ranked` says of its draw is kept besides."""

    @property
    def item_id(self) -> int: ...
    @property
    def score(self) -> float: ...
    @property
    def reason(self) -> str: ...


class Made(NamedTuple):
    """A list, and what made it: a model's version, or the formulas."""

    places: Sequence[Place]
    model: str = FORMULAS


def entry_of(made: Made, now: datetime) -> Entry:
    ranked = (
        place if isinstance(place, Ranked) else Ranked(place.item_id, place.score, place.reason)
        for place in made.places
    )
    return Entry(tuple(ranked), now, made.model)


def keep_when_committed(family: Family, lists: Mapping[int, Made], now: datetime) -> None:
    """Keep these lists once the rows beside them are there: the cache never knows more.

    After the commit also because a cache table that fails would take the transaction with it.
    """
    entries: dict[int | None, Entry] = {
        owner: entry_of(made, now) for owner, made in lists.items()
    }
    transaction.on_commit(partial(cache.store, family, entries))
