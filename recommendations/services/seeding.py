"""The demo: a small marketplace with real structure in its tastes, the same for the same seed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random

from django.db import transaction

from accounts.services import analyze_people, find_people, import_people
from bidding.services import analyze_bids, close_imported_lots, import_offers
from inventory.services import (
    analyze_items,
    import_categories,
    import_items,
    import_watches,
    seed_bags,
    seed_worlds,
)
from recommendations.demo.activity import Activity, demo_activity
from recommendations.demo.catalogue import Offered, demo_categories, demo_items
from recommendations.demo.collections import demo_bags, demo_worlds
from recommendations.demo.logins import DEMO_USERNAME
from recommendations.demo.people import Member, demo_people
from recommendations.services.events import analyze_events, import_events
from recsys.lib.commands import Progress, no_progress

PROVIDER = "seed"
STEPS = 5


@dataclass(frozen=True, slots=True)
class SeedReport:
    """How many rows a seed added; all 0 where the marketplace was there already."""

    people: int = 0
    items: int = 0
    bids: int = 0
    sold: int = 0
    watches: int = 0
    events: int = 0
    bags: int = 0
    worlds: int = 0


@transaction.atomic
def seed_demo(  # noqa: PLR0913 (what the command offers)
    *,
    users: int,
    items: int,
    seed: int,
    passwords: Mapping[str, str],
    now: datetime,
    progress: Progress = no_progress,
) -> SeedReport:
    """Fill an empty marketplace as of `now`; one that was seeded before stays as it is.

    `passwords` are those of the known logins, by username. The same arguments make the same
    rows, apart from their keys and hashed passwords.
    """
    if find_people(provider=PROVIDER, uids=[DEMO_USERNAME]):
        return SeedReport()
    members = _seed_people(Random(f"people {seed}"), users, passwords, now)
    progress(1, STEPS)
    offered = _seed_items(Random(f"items {seed}"), items, members, now)
    progress(2, STEPS)
    activity = demo_activity(Random(f"activity {seed}"), members, offered)
    bids = import_offers(activity.offers)
    sold = close_imported_lots(offered, now)
    progress(3, STEPS)
    watches = _seed_watches(activity)
    events = import_events(activity.events)
    progress(4, STEPS)
    rng = Random(f"collections {seed}")
    bags = seed_bags(demo_bags(rng, activity.watches))
    worlds = seed_worlds(demo_worlds(rng, offered, now))
    progress(STEPS, STEPS)
    for analyze in (analyze_people, analyze_items, analyze_bids, analyze_events):
        analyze()
    return SeedReport(len(members), len(offered), bids, sold, watches, events, bags, worlds)


def _seed_people(
    rng: Random, count: int, passwords: Mapping[str, str], now: datetime
) -> dict[int, Member]:
    members = list(demo_people(rng, count, now))
    people = [
        replace(member.person, password=passwords.get(member.person.uid)) for member in members
    ]
    ids = import_people(provider=PROVIDER, people=people)
    return {ids[member.person.uid]: member for member in members}


def _seed_items(
    rng: Random, count: int, members: Mapping[int, Member], now: datetime
) -> dict[int, Offered]:
    sellers = [pk for pk, member in members.items() if member.is_seller]
    category_ids = import_categories(demo_categories())
    offered = list(demo_items(rng, count, now, sellers=sellers, category_ids=category_ids))
    ids = import_items(one.item for one in offered)
    return {ids[one.item.seller_id, one.item.slug]: one for one in offered}


def _seed_watches(activity: Activity) -> int:
    pairs = list(activity.watches)
    return import_watches(
        user_ids=[user_id for user_id, _ in pairs],
        item_ids=[item_id for _, item_id in pairs],
        times=list(activity.watches.values()),
    )
