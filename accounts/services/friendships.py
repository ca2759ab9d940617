"""Friendships: asked by one, accepted or declined by the other, ended by either."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Friendship, User
from accounts.services.blocks import is_blocked_between
from accounts.services.others import lock_other, nobody_else
from recsys.lib.access import policy_of, readable_by
from recsys.lib.errors import Conflict, NotAllowed, NotFound


@transaction.atomic
def ask_friend(*, actor: User, username: str, now: datetime) -> Friendship:
    """Ask somebody; if they had asked first, this accepts.

    Raises:
        InvalidInput: there is nobody such, it is the actor, or one of the two blocked the other.
        Conflict: they were asked already, or are friends.
    """
    # Both are locked: two people asking each other become one friendship.
    other = lock_other(actor=actor, username=username)
    if is_blocked_between(actor.pk, other.pk):
        raise nobody_else()
    existing = _between(actor, other.username).first()
    if existing is None:
        return Friendship.objects.create(user=actor, friend=other)
    if existing.user_id == other.pk and existing.accepted_at is None:
        return _accept(existing, now)
    raise Conflict("You have asked already, or are friends.")


@transaction.atomic
def accept_friend(*, actor: User, username: str, now: datetime) -> Friendship:
    """Accept what that person asked.

    Raises:
        NotFound: there is no friendship with them, asked or accepted.
        NotAllowed: it was the actor who asked.
    """
    friendship = _get_between(actor, username)
    if not policy_of(Friendship).may_change(actor, friendship):
        raise NotAllowed("Only the one who was asked may accept.")
    return _accept(friendship, now)


@transaction.atomic
def remove_friend(*, actor: User, username: str) -> None:
    """End a friendship, decline one that was asked, or take one's own asking back.

    Raises:
        NotFound: there is none.
    """
    _get_between(actor, username).delete()


def _accept(friendship: Friendship, now: datetime) -> Friendship:
    if friendship.accepted_at is None:
        friendship.accepted_at = now
        friendship.save(update_fields=["accepted_at"])
    return friendship


def _between(actor: User, username: str) -> QuerySet[Friendship]:
    mine = readable_by(actor, Friendship.objects.all())
    name = username.lower()
    either = Q(user=actor.pk, friend__username=name) | Q(friend=actor.pk, user__username=name)
    return mine.filter(either)


def _get_between(actor: User, username: str) -> Friendship:
    friendship = _between(actor, username).select_for_update(of=("self",)).first()
    if friendship is None:
        raise NotFound
    return friendship
