"""How an upper floor hears of what happened on a lower one, which may not know it.

The lower floor announces, in so many words, inside its transaction; whoever subscribed is called
once that has committed, and never if it was rolled back. A reaction that fails is logged and
fails nobody else: what must not be lost is a job, enqueued in the transaction itself.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import partial

from django.db import transaction


class Happening(StrEnum):
    PERSON_ACTED = "person acted"
    """Somebody bid, watched, or changed a bag: facts `user_id`."""


_reactions: dict[Happening, list[Callable[..., None]]] = {happening: [] for happening in Happening}


def reacts_to(happening: Happening) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Have the decorated function called, with the facts by keyword, after each `happening`."""

    def subscribe(function: Callable[..., None]) -> Callable[..., None]:
        _reactions[happening].append(function)
        return function

    return subscribe


def announce(happening: Happening, **facts: int) -> None:
    """Tell the floors above, once the transaction the caller is in has committed."""
    for reaction in _reactions[happening]:
        transaction.on_commit(partial(reaction, **facts), robust=True)
