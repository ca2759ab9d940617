from typing import Any

from django.db.models import Q, QuerySet

from accounts.queries import delegated_sellers, is_manager
from inventory.data import Visibility
from inventory.models import (
    Bag,
    BagEntry,
    Category,
    Happening,
    Item,
    ItemAttribute,
    WatchlistItem,
    World,
)
from recsys.lib.access import Actor, Policy, policy_for, readable_by


@policy_for(Category, World, Happening)
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
    """The owner's; anybody may look into a public one."""

    is_public = True

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(Q(visibility=Visibility.PUBLIC) | Q(owner=actor.pk))

    def may_create(self, actor: Actor) -> bool:
        return actor.is_authenticated

    def may_change(self, actor: Actor, row: Bag) -> bool:
        return row.owner_id == actor.pk


@policy_for(BagEntry)
class BagEntryPolicy(Policy):
    """As visible as the bag they lie in."""

    is_public = True

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(bag__in=readable_by(actor, Bag.objects.all()))

    def may_change(self, actor: Actor, row: BagEntry) -> bool:
        return row.bag.owner_id == actor.pk
