"""The demo's items: titles, descriptions, prices and dates that a visitor would believe."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from math import exp, log
from random import Random
from typing import NamedTuple

from inventory.data import AuctionStatus, Condition, Kind, NewCategory, NewItem
from recommendations.demo.people import SPAN_DAYS, STYLES
from recommendations.demo.words import HISTORIES, LICENCES, ROOMS, SHELVES, TERMS, Shelf

CENT = Decimal("0.01")


class Offered(NamedTuple):
    """An item with what draws people to it: its shelf, its circle of makers, its pull."""

    item: NewItem
    shelf: str
    style: int
    pull: float


class Run(NamedTuple):
    """When an auction runs, in days after now, and the state it is in now."""

    share: int
    status: AuctionStatus
    start: tuple[float, float]
    length: tuple[float, float]


# In hundredths of the lots. Lots of the past are still active here: closing them is bidding's.
RUNS = (
    Run(35, AuctionStatus.ACTIVE, (-SPAN_DAYS + 8, -11), (3, 10)),
    Run(55, AuctionStatus.ACTIVE, (-12, -0.5), (13, 24)),
    Run(10, AuctionStatus.SCHEDULED, (0.2, 5), (3, 10)),
)


def demo_categories() -> Iterator[NewCategory]:
    for slug, name in ROOMS.items():
        yield NewCategory(slug, name)
    for shelf in SHELVES:
        yield NewCategory(shelf.slug, shelf.name, shelf.parent)


def demo_items(
    rng: Random,
    count: int,
    now: datetime,
    *,
    sellers: Sequence[int],
    category_ids: Mapping[str, int],
) -> Iterator[Offered]:
    """`count` items, spread over all shelves, of these sellers, in the categories by slug."""
    for position in range(count):
        shelf = SHELVES[position % len(SHELVES)]
        style = rng.randrange(STYLES)
        maker = rng.choice(shelf.makers[style::STYLES])
        trait, thing = rng.choice(shelf.traits), rng.choice(shelf.things)
        title = f"{maker} {thing}, {trait}"
        dated = _auction if shelf.kind == Kind.LOT else _creation
        item = NewItem(
            seller_id=rng.choice(sellers),
            slug=f"{'-'.join(_letters(title).split())}-{position}",
            title=title,
            kind=shelf.kind,
            category_id=category_ids[shelf.slug],
            description=_description(rng, shelf, maker, thing, trait),
        )
        yield Offered(dated(rng, item, shelf, now), shelf.slug, style, pull=rng.paretovariate(1.2))


def _letters(title: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else " " for c in title.lower())


def _description(rng: Random, shelf: Shelf, maker: str, thing: str, trait: str) -> str:
    opening = f"{thing[0].upper()}{thing[1:]}, {maker}, {trait}."
    if shelf.kind == Kind.LOT:
        return f"{opening} {rng.choice(HISTORIES)} {rng.choice(TERMS)}"
    return f"{opening} {rng.choice(LICENCES)}"


def _auction(rng: Random, item: NewItem, shelf: Shelf, now: datetime) -> NewItem:
    worth = _worth(rng, shelf)
    run = rng.choices(RUNS, weights=[run.share for run in RUNS])[0]
    start = now + timedelta(days=rng.uniform(*run.start))
    condition = rng.choices((Condition.USED, Condition.NEW, Condition.REFURBISHED), (7, 2, 1))[0]
    return replace(
        item,
        condition=condition,
        starting_price=_price(worth * rng.uniform(0.3, 0.7)),
        reserve_price=_price(worth * 0.8) if rng.random() < 0.3 else None,
        buy_now_price=_price(worth * 1.5) if rng.random() < 0.2 else None,
        start_at=start,
        end_at=start + timedelta(days=rng.uniform(*run.length)),
        auction_status=run.status,
        created_at=min(start, now) - timedelta(days=rng.uniform(0, 6)),
    )


def _creation(rng: Random, item: NewItem, shelf: Shelf, now: datetime) -> NewItem:
    return replace(
        item,
        buy_now_price=_price(_worth(rng, shelf)) if rng.random() < 0.6 else None,
        created_at=now - timedelta(days=rng.uniform(0, SPAN_DAYS - 3)),
    )


def _worth(rng: Random, shelf: Shelf) -> float:
    """As many things cost 50 to 100 as 500 to 1,000: prices are even on a logarithmic scale."""
    return exp(rng.uniform(log(shelf.low), log(shelf.high)))


def _price(amount: float) -> Decimal:
    """What a seller would write: whole above ten, else to the half."""
    step = Decimal("0.5") if amount < 10 else Decimal(1)
    return max(Decimal(round(Decimal(amount) / step)) * step, step).quantize(CENT)
