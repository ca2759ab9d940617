"""What lists are made of: lots that may be shown, and those that people touched, as arrays."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import BigIntegerField, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from inventory.queries import all_items, live_items, with_cents
from recommendations.engine.interactions import Ids
from recommendations.engine.ranking import places_among
from recommendations.engine.terms import LOT, Lots
from recsys.lib.columns import Seconds, read_columns

__all__ = ["NO_CATEGORY", "Goods", "Shelf", "live_lots", "lots_ever"]

NO_CATEGORY = 0
UNKNOWN = -1
CENTS = 100


def _or_unknown(expression: str | Combinable) -> Combinable:
    return Coalesce(expression, Value(UNKNOWN), output_field=BigIntegerField())


FIELDS: dict[str, str | Combinable] = {
    "id": "pk",
    "category": _or_unknown("category_id"),
    "seller": "seller_id",
    "price": _or_unknown("cents"),
    "left": _or_unknown(Seconds("end_at")),
    "age": Seconds("created_at"),
    "bids": "bid_count",
    "watchers": "watcher_count",
}
"""Of a LOT, out of the database as integers: cents, and moments in seconds since 1970."""
UNSAID = {"category": NO_CATEGORY, "price": math.nan, "left": math.nan}


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
    columns = read_columns(with_cents(items), *FIELDS.values())
    lots = np.empty(columns.shape[1], LOT)
    for name, column in zip(FIELDS, columns, strict=True):
        lots[name] = np.where(column == UNKNOWN, UNSAID.get(name, UNKNOWN), column)
    lots["price"] /= CENTS
    lots["left"] -= now.timestamp()
    lots["age"] = now.timestamp() - lots["age"]
    return Shelf(lots)
