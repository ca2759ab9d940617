"""Marketplaces to measure with: one made of seeded chance, one of Amazon's purchases.

Both are arrays, and are loaded in bulk into whatever database the settings name.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from benchmarks.bulk import copy_rows

Array = NDArray[Any]

PEOPLE_PER_SELLER = 50
"""Whose lots lie apart: a list holds only so many of one seller's."""


@dataclass
class Marketplace:
    """Rows by position: people and items count from 0, category −1 and price −1 are null."""

    people: int
    category: Array
    cents: Array
    ended: Array
    bids: Array
    """(person, item) per bid, oldest first."""
    watches: Array
    """(person, item) per watch, each pair once, oldest first."""


def generated(people: int, items: int, categories: int, interactions: int) -> Marketplace:
    """People with five tastes each, items with a long tail, a fifth of them over."""
    rng = np.random.default_rng(0)
    category = np.sort(rng.choice(categories, items, p=_zipf(categories, 0.5)))
    starts = np.searchsorted(category, np.arange(categories + 1))
    activity = rng.lognormal(0, 1, people)
    person = rng.choice(people, interactions, p=activity / activity.sum())
    tastes = rng.choice(categories, (people, 5), p=_zipf(categories, 0.5))
    taste = tastes[person, rng.choice(5, interactions, p=_zipf(5, 1.0))]
    sizes = starts[taste + 1] - starts[taste]
    item = starts[taste] + (sizes * rng.random(interactions) ** 2).astype(np.int64)
    done = np.stack([person, item], axis=1)[sizes > 0]
    half = len(done) // 2
    return Marketplace(
        people=people,
        category=category,
        cents=np.round(rng.lognormal(8, 1, items)).astype(np.int64),
        ended=rng.random(items) < 0.2,
        bids=done[:half],
        watches=_once(done[half:]),
    )


def amazon(folder: Path) -> Marketplace:
    """`sequences.txt` as watches, the first of an item's attributes as its category, no prices."""
    lines = (folder / "sequences.txt").read_text().splitlines()
    rows = [[int(word) for word in line.split()] for line in lines]
    pairs = np.array([(row[0] - 1, item - 1) for row in rows for item in row[1:]])
    items = int(pairs[:, 1].max()) + 1
    attributes = orjson.loads((folder / "item2attributes.json").read_bytes())
    category = np.full(items, -1)
    for item, values in attributes.items():
        category[int(item) - 1] = values[0] if values else -1
    return Marketplace(
        people=len(rows),
        category=category,
        cents=np.full(items, -1),
        ended=np.zeros(items, dtype=bool),
        bids=np.empty((0, 2), dtype=np.int64),
        watches=_once(pairs),
    )


def _zipf(count: int, exponent: float) -> Array:
    weights = np.arange(1, count + 1) ** -exponent
    return weights / weights.sum()


def _once(pairs: Array) -> Array:
    _, first = np.unique(pairs @ [1 << 32, 1], return_index=True)
    return pairs[np.sort(first)]


def load(market: Marketplace) -> None:
    """Store the marketplace in an empty, migrated database; the planner is told."""
    from bidding.models import Bid
    from inventory.models import Category, Item, WatchlistItem
    from recsys.lib.bulk import analyze

    now = datetime.now(UTC)
    people = _store_people(market.people, now)
    sellers = people[::PEOPLE_PER_SELLER].tolist()
    categories = _store_categories(market.category)
    bids, watches = (
        np.bincount(pairs[:, 1], minlength=len(market.category)).tolist()
        for pairs in (market.bids, market.watches)
    )
    Item.objects.bulk_create(
        (
            Item(
                title=f"Lot {number}",
                seller_id=sellers[number % len(sellers)],
                category_id=categories.get(category),
                current_price=None if cents < 0 else f"{cents / 100:.2f}",
                bid_count=bid_count,
                watcher_count=watcher_count,
                end_at=now + timedelta(days=-1 if ended else 1 + number % 30),
                publication_status="published",
                auction_status="ended" if ended else "active",
            )
            for number, (category, cents, ended, bid_count, watcher_count) in enumerate(
                zip(
                    market.category.tolist(),
                    market.cents.tolist(),
                    market.ended.tolist(),
                    bids,
                    watches,
                    strict=True,
                )
            )
        ),
        batch_size=5_000,
    )
    items = np.array(Item.objects.order_by("id").values_list("id", flat=True))
    ids: dict[str, Any] = {"people": people, "items": items, "now": now}
    _insert(WatchlistItem, market.watches, person="user", **ids)
    _insert(Bid, market.bids, person="bidder", **ids, kind="manual", amount=1)
    analyze(Category, Item, WatchlistItem, Bid)


def _store_people(count: int, now: datetime) -> Array:
    """Everybody signed in a day ago."""
    from accounts.models import User
    from recsys.lib.bulk import analyze

    seen = now - timedelta(days=1)
    User.objects.bulk_create(
        (User(username=f"person_{number}", last_sign_in_at=seen) for number in range(count)),
        batch_size=5_000,
    )
    analyze(User)
    return np.array(User.objects.order_by("id").values_list("id", flat=True))


def _store_categories(numbers: Array) -> dict[int, int]:
    from inventory.models import Category

    wanted = np.unique(numbers[numbers >= 0]).tolist()
    Category.objects.bulk_create(
        Category(name=f"Category {number}", slug=f"category-{number}") for number in wanted
    )
    ids = Category.objects.order_by("id").values_list("id", flat=True)
    return dict(zip(wanted, ids, strict=True))


def _insert(
    model: Any,
    pairs: Array,
    *,
    person: str,
    people: Array,
    items: Array,
    now: datetime,
    **same: Any,
) -> None:
    """Insert (person, item) pairs, spread over the last hundred days, the last one today."""
    days = [now - timedelta(days=day) for day in range(101)]
    ages = np.linspace(100, 0, len(pairs)).astype(int).tolist()
    columns = {
        person: people[pairs[:, 0]].tolist(),
        "item": items[pairs[:, 1]].tolist(),
        "created_at": [days[age] for age in ages],
    }
    copy_rows(model, columns, **same)
