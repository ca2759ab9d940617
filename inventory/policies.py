from typing import Any

from django.db.models import Q, QuerySet

from accounts.queries import delegated_sellers, is_manager
from inventory.data import Visibility
from inventory.models import (
    Bag,
    BagEntry,
    BagUserObjectPermission,
    Category,
    Happening,
    Item,
    ItemAttribute,
    WatchlistItem,
    World,
)
from recsys.lib.access import Actor, Policy, policy_for, readable_by


@policy_for(Category)
class PublicPolicy(Policy):
    """Anybody reads; managers write."""

    is_public = True

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows

    def may_create(self, actor: Actor) -> bool:
        return is_manager(actor)

    def may_change(self, actor: Actor, row: Any) -> bool:
        return is_manager(actor)


@policy_for(Item)
class ItemPolicy(Policy):
    """Anybody sees what is published and not hidden; sellers see and edit their own.

    So do the operators a seller delegated their items to.
    """

    is_public = True

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        if is_manager(actor):
            return rows
        published = Q(publication_status=Item.PublicationStatus.PUBLISHED, is_hidden=False)
        if not actor.is_authenticated:
            return rows.filter(published)
        own = Q(seller=actor.pk) | Q(seller__in=delegated_sellers(actor))
        return rows.filter(published | own)

    def may_create(self, actor: Actor) -> bool:
        return actor.is_authenticated

    def may_change(self, actor: Actor, row: Item) -> bool:
        if not actor.is_authenticated:
            return False
        if row.seller_id == actor.pk or is_manager(actor):
            return True
        return delegated_sellers(actor).filter(content_object=row.seller_id).exists()


@policy_for(ItemAttribute)
class ItemAttributePolicy(Policy):
    """As visible as the item they describe; written through it."""

    is_public = True

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(item__in=readable_by(actor, Item.objects.all()))


@policy_for(WatchlistItem)
class WatchlistItemPolicy(Policy):
    """One's own, managers or not."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(user=actor.pk)

    def may_create(self, actor: Actor) -> bool:
        return actor.is_authenticated

    def may_change(self, actor: Actor, row: WatchlistItem) -> bool:
        return row.user_id == actor.pk


@policy_for(Bag)
class BagPolicy(Policy):
    """The owner's; anybody may look into a public one, and those it was shared with."""

    is_public = True

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        shared = Bag.objects.granted(actor.pk, "view_bag")
        return rows.filter(
            Q(visibility=Visibility.PUBLIC) | Q(owner=actor.pk) | Q(pk__in=shared.values("pk"))
        )

    def may_create(self, actor: Actor) -> bool:
        return actor.is_authenticated

    def may_change(self, actor: Actor, row: Bag) -> bool:
        return row.owner_id == actor.pk


@policy_for(BagEntry)
class BagEntryPolicy(Policy):
    """As visible as the bag they lie in; changed by its owner and the editors of it."""

    is_public = True

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(bag__in=readable_by(actor, Bag.objects.all()))

    def may_create(self, actor: Actor) -> bool:
        return actor.is_authenticated

    def may_change(self, actor: Actor, row: BagEntry) -> bool:
        if row.bag.owner_id == actor.pk:
            return True
        return Bag.objects.granted(actor.pk, "edit_bag_entries").filter(pk=row.bag_id).exists()


@policy_for(BagUserObjectPermission)
class BagGrantPolicy(Policy):
    """Whom a bag is shared with is between its owner and each of them; the owner decides."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(Q(user=actor.pk) | Q(content_object__owner=actor.pk))

    def may_change(self, actor: Actor, row: BagUserObjectPermission) -> bool:
        return row.content_object.owner_id == actor.pk


def runs_worlds(actor: Actor) -> bool:
    """Whether the actor may register worlds and report on them: a game server, or a manager."""
    return actor.has_perm("inventory.run_worlds") or is_manager(actor)


@policy_for(World)
class WorldPolicy(Policy):
    """As visible as the map they run; kept by those who run worlds."""

    is_public = True

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        if runs_worlds(actor):
            return rows
        return rows.filter(map__in=readable_by(actor, Item.objects.all()))

    def may_create(self, actor: Actor) -> bool:
        return runs_worlds(actor)

    def may_change(self, actor: Actor, row: Any) -> bool:
        return runs_worlds(actor)


@policy_for(Happening)
class HappeningPolicy(WorldPolicy):
    """As visible as the world they take place in."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(world__in=readable_by(actor, World.objects.all()))
