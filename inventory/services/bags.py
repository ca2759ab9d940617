"""Bags and what lies in them.

Whatever changes a bag locks it first, so that its limits hold and the operations of
`bag_algebra` see entries that stand still.
"""

from collections.abc import Mapping
from itertools import chain, count
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from inventory.data import MAX_ENTRIES, MAX_QUANTITY, Visibility
from inventory.models import Bag, BagEntry, Item
from recsys.lib.access import Actor, policy_of, readable_by
from recsys.lib.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recsys.lib.lookup import get_readable
from recsys.lib.reactions import Happening, announce
from recsys.lib.retry import retried_transaction

ATTEMPTS_AT_A_SLUG = 20
LONGEST_BASE = 110
"""Of a slug, so that a number still fits behind it."""


@retried_transaction
def create_bag(*, actor: Actor, name: str, visibility: str = Visibility.PRIVATE) -> Bag:
    """A new, empty bag of the actor's; its slug is made from its name and unique among theirs.

    Raises Conflict in the unlikely case that others keep taking every free slug first.
    """
    for _ in range(ATTEMPTS_AT_A_SLUG):
        slug = _free_slug(actor, name)
        try:
            with transaction.atomic():
                return Bag.objects.create(
                    owner_id=actor.pk, name=name, slug=slug, visibility=visibility
                )
        except IntegrityError:  # somebody was quicker: the same person on another device
            continue
    raise Conflict("This name is being taken again and again; try another.", code="name_taken")


def _free_slug(actor: Actor, name: str) -> str:
    base = slugify(name)[:LONGEST_BASE] or "bag"
    bags = Bag.objects.filter(owner=actor.pk, slug__startswith=base)
    taken = set(bags.values_list("slug", flat=True))
    candidates = chain([base], (f"{base}-{number}" for number in count(2)))
    return next(slug for slug in candidates if slug not in taken)


@retried_transaction
def update_bag(*, actor: Actor, bag_id: int, changes: Mapping[str, Any]) -> Bag:
    """Rename a bag, or open or close it to the public. Its slug stays: addresses hold.

    Raises NotFound, and NotAllowed for all but the owner.
    """
    bag = own_bag(actor, bag_id)
    for field, value in changes.items():
        setattr(bag, field, value)
    bag.save(update_fields=list(changes))
    return bag


@retried_transaction
def delete_bag(*, actor: Actor, bag_id: int) -> None:
    """Delete a bag with its entries and grants. Raises NotFound, NotAllowed."""
    own_bag(actor, bag_id).delete()


@retried_transaction
def set_bag_entry(
    *, actor: Actor, bag_id: int, item_id: int, quantity: int
) -> tuple[BagEntry, bool]:
    """Make `quantity` the quantity of an item in a bag; the entry, and whether it is new.

    Raises NotFound (bag or item), NotAllowed, InvalidInput (quantity), Conflict (bag full).
    """
    check_quantity(quantity)
    bag = editable_bags(actor, bag_id)[bag_id]
    return _set_entry(actor, bag, item_id, quantity)


@retried_transaction
def add_to_bag(
    *, actor: Actor, bag_id: int, item_id: int, quantity: int = 1
) -> tuple[BagEntry, bool]:
    """Put `quantity` more of an item into a bag, up to the most an entry can hold.

    Returns and raises as `set_bag_entry`.
    """
    check_quantity(quantity)
    bag = editable_bags(actor, bag_id)[bag_id]
    present = bag.entries.filter(item=item_id).first()
    total = quantity + (present.quantity if present else 0)
    return _set_entry(actor, bag, item_id, min(total, MAX_QUANTITY))


def _set_entry(actor: Actor, bag: Bag, item_id: int, quantity: int) -> tuple[BagEntry, bool]:
    item = get_readable(actor, Item.objects.only("pk"), pk=item_id)
    entry, is_new = bag.entries.update_or_create(item=item, defaults={"quantity": quantity})
    if is_new:
        check_size(bag)
    return entry, is_new


@retried_transaction
def remove_from_bag(*, actor: Actor, bag_id: int, item_id: int) -> None:
    """Take an item out of a bag, all of it. Raises NotFound (bag or entry), NotAllowed."""
    bag = editable_bags(actor, bag_id)[bag_id]
    deleted, _ = bag.entries.filter(item=item_id).delete()
    if not deleted:
        raise NotFound


# --- Rules that every change of a bag goes through ----------------------------------------------


def own_bag(actor: Actor, bag_id: int) -> Bag:
    """The bag, locked, if it is the actor's own. Raises NotFound, NotAllowed."""
    bag = get_readable(actor, Bag.objects.select_for_update(no_key=True), pk=bag_id)
    if not policy_of(Bag).may_change(actor, bag):
        raise NotAllowed("Only its owner may do this with a bag.")
    return bag


def editable_bags(actor: Actor, bag_id: int, *others: int) -> dict[int, Bag]:
    """A bag whose entries the actor may change, and others they may see, by id.

    All are locked, in the order of their ids, so that two merges in opposite directions take
    turns. Raises NotFound for any of them, NotAllowed for the first.
    """
    locked = Bag.objects.select_for_update(no_key=True).filter(pk__in=[bag_id, *others])
    bags = {bag.pk: bag for bag in readable_by(actor, locked).order_by("pk")}
    if not bags.keys() >= {bag_id, *others}:
        raise NotFound
    if not policy_of(BagEntry).may_change(actor, BagEntry(bag=bags[bag_id])):
        raise NotAllowed("You may look into this bag but not change it.")
    announce(Happening.PERSON_ACTED, user_id=actor.pk)
    return bags


def check_quantity(quantity: int) -> None:
    if not 1 <= quantity <= MAX_QUANTITY:
        message = f"A quantity is a whole number from 1 to {MAX_QUANTITY}."
        raise InvalidInput.of("quantity", message)


def check_size(bag: Bag) -> int:
    """How many entries the bag has now. Raises Conflict beyond the limit."""
    size = bag.entries.count()
    if size > MAX_ENTRIES:
        raise Conflict(f"A bag holds at most {MAX_ENTRIES} different items.", code="bag_full")
    return size
