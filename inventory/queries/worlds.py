from inventory.models import World
from recsys.lib.access import Actor
from recsys.lib.lookup import get_readable


def get_world(world_id: int, *, actor: Actor) -> World:
    """The world, as far as `actor` may see it. Raises NotFound."""
    return get_readable(actor, World.objects.all(), pk=world_id)
