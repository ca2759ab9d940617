"""What lists are made of: lots that may be shown, and those that people touched, as arrays."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from inventory.queries import all_items, live_items
from recommendations.engine.interactions import Ids
from recommendations.engine.ranking import places_among
from recommendations.engine.terms import LOT, Lots

__all__ = ["NO_CATEGORY", "Goods", "Shelf", "live_lots", "lots_ever"]

NO_CATEGORY = 0
FIELDS = (
    "id", "category_id", "seller_id", "current_price", "end_at", "created_at", "bid_count",
    "watcher_count",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Shelf:
    """Lots by id."""

    lots: Lots

    @cached_property
    def ids(self) -> Ids:
        """On their own: a search among rows of the whole would copy them each time."""
        return np.ascontiguousarray(self.lots["id"])

    def found(self, ids: Ids) -> tuple[Lots, NDArray[np.bool_]]:
        """The lots with these ids, in their order, and which of the ids there are."""
        at = places_among(self.ids, ids)
        known = at >= 0
        return self.lots[at[known]], known


@dataclass(frozen=True, eq=False)
class Goods:
    """`live` may be shown, `touched` teach."""

    live: Shelf
    touched: Shelf

    @classmethod
    def all(cls, now: datetime) -> "Goods":
        """Of the whole marketplace, read once for many people: 60 bytes an item."""
        return cls(_read(live_items(now), now), _read(all_items(), now))

    @classmethod
    def among(cls, live: Sequence[Ids], touched: Sequence[Ids], now: datetime) -> "Goods":
        """Only those with one of these ids."""
        return cls(live_lots(live, now), lots_ever(touched, now))


def live_lots(ids: Sequence[Ids], now: datetime) -> Shelf:
    """Those of these that may be shown."""
    return _read(live_items(now).filter(pk__any_of=_once(ids)), now)


def lots_ever(ids: Sequence[Ids], now: datetime) -> Shelf:
    """Those of these that exist."""
    return _read(all_items().filter(pk__any_of=_once(ids)), now)


def _once(ids: Sequence[Ids]) -> list[int]:
    return np.unique(np.concatenate([np.empty(0, np.int64), *ids])).tolist()


def _read(items: QuerySet[Any], now: datetime) -> Shelf:
    rows = items.order_by("pk").values_list(*FIELDS).iterator()
    return Shelf(np.fromiter(_described(rows, now), dtype=LOT))


def _described(rows: Iterable[tuple[Any, ...]], now: datetime) -> Iterator[tuple[Any, ...]]:
    for pk, category, seller, price, end_at, created_at, bids, watchers in rows:
        left = math.nan if end_at is None else (end_at - now).total_seconds()
        age = (now - created_at).total_seconds()
        known = math.nan if price is None else float(price)
        yield pk, category or NO_CATEGORY, seller, known, left, age, bids, watchers
