"""Watching and no longer watching. `Item.watcher_count` moves only with a row, never without.

Both lock the item first: whoever watches and unwatches at once, on however many devices, takes
turns, and nobody waits for a lock in the opposite order. Bids, bag entries and events, which
only refer to the item, do not wait (`no_key`).
"""

from django.db.models import F

from inventory.models import Item, WatchlistItem
from recsys.lib.access import Actor
from recsys.lib.lookup import get_readable
from recsys.lib.reactions import Happening, announce
from recsys.lib.retry import retried_transaction


@retried_transaction
def watch_item(*, actor: Actor, item_id: int) -> tuple[WatchlistItem, bool]:
    """Put an item the actor may see on their watchlist.

    Returns the row and whether it is new; watching twice changes nothing. Raises NotFound.
    """
    item = get_readable(actor, Item.objects.select_for_update(no_key=True).only("pk"), pk=item_id)
    row, is_new = WatchlistItem.objects.get_or_create(user_id=actor.pk, item=item)
    if is_new:
        Item.objects.filter(pk=item_id).update(watcher_count=F("watcher_count") + 1)
        announce(Happening.PERSON_ACTED, user_id=actor.pk)
    return row, is_new


@retried_transaction
def unwatch_item(*, actor: Actor, item_id: int) -> bool:
    """Take an item off the actor's watchlist; whether it was on it.

    Asks nothing of the item: what was hidden since can still be taken off.
    """
    Item.objects.select_for_update(no_key=True).only("pk").filter(pk=item_id).first()
    deleted, _ = WatchlistItem.objects.filter(user=actor.pk, item=item_id).delete()
    if deleted:
        Item.objects.filter(pk=item_id).update(watcher_count=F("watcher_count") - 1)
        announce(Happening.PERSON_ACTED, user_id=actor.pk)
    return bool(deleted)
