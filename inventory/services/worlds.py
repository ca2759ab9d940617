"""Running shards of maps: they register, and say every few seconds that they still run."""

from datetime import datetime
from typing import Any

from inventory.data import Kind
from inventory.models import Item, World
from recsys.lib.access import Actor, policy_of
from recsys.lib.errors import InvalidInput, NotAllowed
from recsys.lib.lookup import get_readable
from recsys.lib.retry import retried_transaction


@retried_transaction
def register_world(
    *, actor: Actor, address: str, port: int, map_id: int, now: datetime, **fields: Any
) -> tuple[World, bool]:
    """Announce a shard at an address and port; one that restarts there takes its place again.

    `fields` are its name and `max_users`. Returns the world, empty and fresh, and whether it is
    new. Raises NotAllowed, NotFound (no such map).
    """
    if not policy_of(World).may_create(actor):
        raise NotAllowed("Only those who run worlds may register one.")
    map_item = get_readable(actor, Item.objects.filter(kind=Kind.MAP), pk=map_id)
    state = {"map": map_item, "current_users": 0, "last_seen_at": now} | fields
    return World.objects.update_or_create(address=address, port=port, defaults=state)


@retried_transaction
def report_heartbeat(*, actor: Actor, world_id: int, current_users: int, now: datetime) -> World:
    """A world says that it runs, and how many are in it: it is fresh again.

    Raises NotFound, NotAllowed, and InvalidInput for more people than fit.
    """
    world = _changeable(actor, world_id)
    if not 0 <= current_users <= world.max_users:
        message = f"From 0 to {world.max_users} people fit into this world."
        raise InvalidInput.of("current_users", message)
    world.current_users, world.last_seen_at = current_users, now
    world.save(update_fields=["current_users", "last_seen_at"])
    return world


@retried_transaction
def remove_world(*, actor: Actor, world_id: int) -> None:
    """Take a world off the list, with its happenings. Raises NotFound, NotAllowed."""
    _changeable(actor, world_id).delete()


def _changeable(actor: Actor, world_id: int) -> World:
    world = get_readable(actor, World.objects.select_for_update(no_key=True), pk=world_id)
    if not policy_of(World).may_change(actor, world):
        raise NotAllowed("Only those who run worlds may do this.")
    return world
