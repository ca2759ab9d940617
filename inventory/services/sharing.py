"""Sharing a bag with somebody: explicit grants, kept by django-guardian, given only here.

A viewer holds `view_bag`; an editor holds `edit_bag_entries` too. The bag itself, and whom it is
shared with, stay its owner's.
"""

from guardian.shortcuts import assign_perm, remove_perm

from accounts.queries import get_user
from inventory.data import BagRole
from inventory.services.bags import own_bag
from recsys.lib.access import Actor
from recsys.lib.errors import InvalidInput, NotFound
from recsys.lib.retry import retried_transaction


@retried_transaction
def share_bag(*, actor: Actor, bag_id: int, user_id: int, role: BagRole) -> None:
    """Let a person look into a bag, or change its entries too; replaces an earlier role.

    Raises NotFound (bag or person), NotAllowed for all but the owner, InvalidInput for oneself.
    """
    bag = own_bag(actor, bag_id)
    person = get_user(user_id, actor=actor)
    if person.pk == actor.pk:
        message = "The bag is yours already."
        raise InvalidInput.of("user", message)
    assign_perm("view_bag", person, bag)
    change = assign_perm if role == BagRole.EDITOR else remove_perm
    change("edit_bag_entries", person, bag)


@retried_transaction
def unshare_bag(*, actor: Actor, bag_id: int, user_id: int) -> None:
    """Take a person's role in a bag away. Raises NotFound (bag, or no such role), NotAllowed."""
    bag = own_bag(actor, bag_id)
    deleted, _ = bag.grants.filter(user=user_id).delete()
    if not deleted:
        raise NotFound
