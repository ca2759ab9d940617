"""What a seeded marketplace has beside items: bags, and worlds with their happenings."""

from collections.abc import Iterable

from django.db import transaction

from inventory.data import NewBag, NewWorld
from inventory.models import Bag, BagEntry, Happening, World


@transaction.atomic
def seed_bags(bags: Iterable[NewBag]) -> int:
    """Create bags with their entries, dated as the bag; how many."""
    given = list(bags)
    rows = Bag.objects.bulk_create(
        Bag(
            owner_id=bag.owner_id,
            slug=bag.slug,
            name=bag.name,
            visibility=bag.visibility,
            created_at=bag.created_at,
        )
        for bag in given
    )
    BagEntry.objects.bulk_create(
        BagEntry(bag=row, item_id=item_id, quantity=quantity, added_at=bag.created_at)
        for row, bag in zip(rows, given, strict=True)
        for item_id, quantity in bag.quantities
    )
    return len(rows)


@transaction.atomic
def seed_worlds(worlds: Iterable[NewWorld]) -> int:
    """Create worlds and what happens in them; how many."""
    given = list(worlds)
    for world in given:
        row = World.objects.create(
            name=world.name,
            map_id=world.map_id,
            address=world.address,
            port=world.port,
            current_users=world.current_users,
            max_users=world.max_users,
            last_seen_at=world.last_seen_at,
        )
        Happening.objects.bulk_create(
            Happening(
                name=name, description=description, starts_at=starts, ends_at=ends, world=row
            )
            for name, description, starts, ends in world.happenings
        )
    return len(given)
