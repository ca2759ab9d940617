"""The other one of two, found by name and held, so that what stands between them changes once."""

from django.db.models import Q

from accounts.models import User
from recsys.lib.access import Actor, readable_by
from recsys.lib.errors import InvalidInput


def lock_other(*, actor: Actor, username: str) -> User:
    """The person of this name, both rows locked in the order of their keys until the transaction
    ends. Raises what `nobody_else` says where there is none, or where it is the actor.
    """
    people = Q(pk=actor.pk) | Q(username=username.lower())
    visible = readable_by(actor, User.objects.all())
    locked = visible.select_for_update().filter(people).order_by("pk")
    other = next((person for person in locked if person.pk != actor.pk), None)
    if other is None:
        raise nobody_else()
    return other


def nobody_else() -> InvalidInput:
    """The refusal of a name, with the same words whyever it is refused."""
    message = "There is nobody else of this name."
    return InvalidInput.of("username", message)
