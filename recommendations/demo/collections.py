"""What the demo's people keep in bags, and the worlds where its maps run."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from random import Random

from inventory.data import Kind, NewBag, NewWorld, Visibility
from recommendations.demo.catalogue import Offered
from recommendations.demo.words import BAG_NAMES

WORLDS = 6
FIRST_PORT = 7_000
FEW, MANY = 3, 6
HAPPENINGS = ("Market day", "Guided tour", "Evening concert", "Builders' meeting", "Treasure hunt")


def demo_bags(rng: Random, watches: Mapping[tuple[int, int], datetime]) -> Iterator[NewBag]:
    """Bags of those who watch much, and of some who watch a few things, packed after the last."""
    watched: dict[int, list[int]] = defaultdict(list)
    for user_id, item_id in watches:
        watched[user_id].append(item_id)
    for owner_id, item_ids in watched.items():
        if len(item_ids) < FEW or (len(item_ids) < MANY and rng.random() < 0.5):
            continue
        name = rng.choice(BAG_NAMES)
        chosen = rng.sample(item_ids, rng.randint(2, min(6, len(item_ids))))
        yield NewBag(
            owner_id=owner_id,
            slug=name.lower().replace(" ", "-"),
            name=name,
            visibility=rng.choice((Visibility.PUBLIC, Visibility.PRIVATE)),
            created_at=max(watches[owner_id, item_id] for item_id in chosen),
            quantities=tuple((item_id, rng.choices((1, 2), (8, 1))[0]) for item_id in chosen),
        )


def demo_worlds(rng: Random, items: Mapping[int, Offered], now: datetime) -> Iterator[NewWorld]:
    """A world for each of the first maps, seen moments ago, with something past and to come."""
    maps = [pk for pk, offered in items.items() if offered.item.kind == Kind.MAP]
    for position, map_id in enumerate(maps[:WORLDS]):
        room = rng.choice((20, 40, 80))
        yield NewWorld(
            name=items[map_id].item.title.partition(",")[0],
            map_id=map_id,
            address="worlds.example",
            port=FIRST_PORT + position,
            current_users=rng.randint(0, room),
            max_users=room,
            last_seen_at=now - timedelta(seconds=rng.randint(0, 60)),
            happenings=tuple(_happening(rng, days, now) for days in (-3, 2, 6)),
        )


def _happening(rng: Random, days: int, now: datetime) -> tuple[str, str, datetime, datetime]:
    starts = now + timedelta(days=days, hours=rng.randint(0, 20))
    name = rng.choice(HAPPENINGS)
    return name, f"{name}: everybody is welcome.", starts, starts + timedelta(hours=2)
