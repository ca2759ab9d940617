"""People correct what is believed of them."""

from functools import partial

from django.db import transaction

from inventory.queries import CategoryTree
from recommendations import cache
from recommendations.cache import Key
from recommendations.data import Family
from recommendations.models import Event, MutedCategory, UserInterest
from recsys.lib.access import Actor, policy_of
from recsys.lib.errors import NotAllowed, NotFound

__all__ = ["mute_category", "show_again", "unmute_category"]


@transaction.atomic
def mute_category(*, actor: Actor, category_id: int) -> None:
    """A category is no interest of the actor's, whatever they did and will do in it.

    From their next answer on; muting twice changes nothing. Raises NotFound, NotAllowed.
    """
    if not policy_of(MutedCategory).may_create(actor):
        raise NotAllowed("Sign in to say what you like.")
    if category_id not in CategoryTree().by_id:
        raise NotFound
    MutedCategory.objects.get_or_create(user_id=actor.pk, category_id=category_id)
    UserInterest.objects.filter(user=actor.pk, category=category_id).delete()
    _forget_list(actor)


@transaction.atomic
def unmute_category(*, actor: Actor, category_id: int) -> None:
    """What the actor did in the category counts again. Raises NotFound if it was not muted."""
    muted = MutedCategory.objects.filter(user=actor.pk, category=category_id)
    if not muted.delete()[0]:
        raise NotFound
    _forget_list(actor)


@transaction.atomic
def show_again(*, actor: Actor, item_id: int) -> None:
    """The actor takes back that an item does not interest them. NotFound: they never said so."""
    hidden = Event.objects.filter(user=actor.pk, item=item_id, kind=Event.Kind.HIDE)
    if not hidden.delete()[0]:
        raise NotFound
    _forget_list(actor)


def _forget_list(actor: Actor) -> None:
    transaction.on_commit(partial(cache.drop, [Key(Family.HOME, actor.pk)]))
