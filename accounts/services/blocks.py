"""Blocking: what a person never wants to see of another, without the other being told."""

from django.db import transaction
from django.db.models import Q

from accounts.models import Block, Friendship
from accounts.services.others import lock_other
from recsys.lib.access import Actor, policy_of, readable_by
from recsys.lib.errors import NotAllowed, NotFound


@transaction.atomic
def block_person(*, actor: Actor, username: str) -> tuple[Block, bool]:
    """Recommend nothing of theirs to the actor from now on; a friendship between the two ends.

    Returns the block, and whether it is new. Raises InvalidInput: there is nobody such, or it is
    the actor; NotAllowed: the actor is not signed in.
    """
    if not policy_of(Block).may_create(actor):
        raise NotAllowed("Sign in to block somebody.")
    # Both are locked: what they ask each other meanwhile finds the block, or is ended by it.
    blocked = lock_other(actor=actor, username=username)
    pair = (actor.pk, blocked.pk)
    Friendship.objects.filter(user__in=pair, friend__in=pair).delete()
    return Block.objects.get_or_create(user_id=actor.pk, blocked=blocked)


@transaction.atomic
def unblock_person(*, actor: Actor, username: str) -> None:
    """Take it back. Raises NotFound if the actor did not block them."""
    mine = readable_by(actor, Block.objects.all())
    if not mine.filter(blocked__username=username.lower()).delete()[0]:
        raise NotFound


def is_blocked_between(one: int, other: int) -> bool:
    """Whether either of two people blocked the other."""
    return Block.objects.filter(Q(user=one, blocked=other) | Q(user=other, blocked=one)).exists()
