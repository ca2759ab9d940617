"""What the demo's people do: looks, likes, watches and offers that follow their tastes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from bidding.data import Offer
from inventory.data import NewItem
from recommendations.data import EventKind, NewEvent
from recommendations.demo.catalogue import Offered
from recommendations.demo.people import Member

SHELF_WEIGHTS = (6, 3, 1)
"""How often a person goes to the first, second and third shelf of their taste."""
STROLLS = 0.1
"""The share of looks at shelves that are nobody's taste in particular."""
OWN_CIRCLE = 5
"""How much likelier a thing is to be looked at if its maker is of the person's circle."""
SOFT_CLOSE = timedelta(minutes=11)
"""Nobody bids so late that a lot's end would move."""
FEWEST_LOOKS = 10
MEAN_FURTHER_LOOKS = 30


class Activity(NamedTuple):
    """Rows by person and item; offers of each lot are in the order of time."""

    watches: dict[tuple[int, int], datetime]
    events: list[NewEvent]
    offers: list[Offer]


class _Shelves:
    """Picks things by the pull they have on people of a circle."""

    def __init__(self, items: Mapping[int, Offered]) -> None:
        self._on: dict[str, list[tuple[int, Offered]]] = defaultdict(list)
        for pk, offered in items.items():
            self._on[offered.shelf].append((pk, offered))
        self.slugs = list(self._on)

    def pick(self, rng: Random, shelf: str, style: int, at: datetime) -> int | None:
        """Something that was there at that moment; None if nothing was."""
        there = [(pk, offered) for pk, offered in self._on[shelf] if _is_there(offered.item, at)]
        if not there:
            return None
        pulls = [o.pull * (OWN_CIRCLE if o.style == style else 1) for _, o in there]
        return rng.choices(there, pulls)[0][0]


def _is_there(item: NewItem, at: datetime) -> bool:
    has_come = item.created_at is None or item.created_at <= at
    return has_come and (item.end_at is None or at < item.end_at - SOFT_CLOSE)


def demo_activity(
    rng: Random, members: Mapping[int, Member], items: Mapping[int, Offered]
) -> Activity:
    """Everything the members (by id) did with the items (by id).

    Nobody acts before joining or after they were last here, on what was not there yet or is
    over, or on a thing of their own.
    """
    shelves = _Shelves(items)
    activity = Activity({}, [], [])
    for user_id, member in members.items():
        for at in _moments(rng, member):
            item_id = _met(rng, member, shelves, at)
            if item_id is not None and items[item_id].item.seller_id != user_id:
                item = items[item_id].item
                _act(rng, activity, user_id=user_id, item_id=item_id, item=item, at=at)
    return activity._replace(
        events=[e._replace(event_id=f"seed-{n}") for n, e in enumerate(activity.events)],
        offers=list(_believable(activity.offers)),
    )


def _moments(rng: Random, member: Member) -> Iterator[datetime]:
    """When a person looked at something: oftener towards the last time they were here."""
    joined, seen = member.person.date_joined, member.person.last_sign_in_at
    if joined is None or seen is None:
        return
    looks = FEWEST_LOOKS + rng.expovariate(1 / MEAN_FURTHER_LOOKS)
    for _ in range(int(looks * member.keenness)):
        yield seen - (seen - joined) * rng.random() ** 2


def _met(rng: Random, member: Member, shelves: _Shelves, at: datetime) -> int | None:
    """Something of their taste, or of a shelf they only pass by."""
    favourites = [slug for slug in member.taste if slug in shelves.slugs]
    if not favourites or rng.random() < STROLLS:
        return shelves.pick(rng, rng.choice(shelves.slugs), member.style, at)
    shelf = rng.choices(favourites, SHELF_WEIGHTS[: len(favourites)])[0]
    return shelves.pick(rng, shelf, member.style, at)


def _act(  # noqa: PLR0913 (who, what, when)
    rng: Random, activity: Activity, *, user_id: int, item_id: int, item: NewItem, at: datetime
) -> None:
    """A look; often a watch, sometimes a like, and on an open lot perhaps an offer."""
    activity.events.append(NewEvent(user_id, item_id, EventKind.VIEW, None, at))
    if rng.random() < 0.1:
        activity.events.append(NewEvent(user_id, item_id, EventKind.LIKE, None, at))
    if rng.random() < 0.4:
        activity.watches.setdefault((user_id, item_id), at)
    has_begun = item.start_at is not None and item.start_at <= at
    if has_begun and rng.random() < 0.5:
        extra = rng.choices((0, 1, 2, 4), (6, 2, 1, 1))[0]
        activity.offers.append(Offer(item_id, user_id, at, extra))


def _believable(offers: Sequence[Offer]) -> Iterator[Offer]:
    """In the order of time, without those of a leader, who has no reason to bid."""
    leaders: dict[int, int] = {}
    for offer in sorted(offers, key=lambda offer: offer.created_at):
        if leaders.get(offer.item_id) != offer.bidder_id:
            leaders[offer.item_id] = offer.bidder_id
            yield offer
