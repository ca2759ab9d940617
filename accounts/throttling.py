"""Brute force, slowed down: so many failed tries a minute for an account, and for an address.

A try takes one of the limit's slots, by the cache's atomic `add`, before any password is hashed.
If it succeeds it gives the slot back, if it fails the slot stays taken for a minute: a sliding
window. A hundred tries at once so get no further than a hundred in a row; those that find only
undecided tries before them wait for these a little, for they may all be the right person.
"""

import hashlib
import math
import time
from collections.abc import Iterable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

from recsys.lib.caches import going_on_without_it, refusing_without_it
from recsys.lib.errors import DomainError

WINDOW_SECONDS = 60
PATIENCE_SECONDS = 10.0
UNDECIDED = 0.0
UNCOUNTED = "Tries cannot be counted just now; try again in a moment."


class TooManyTries(DomainError):
    """No slot is free; `retry_after` tells when the oldest will be."""

    status = 429
    code = "throttled"


def take_sign_in_slots(request: HttpRequest | None, account: str) -> list[str]:
    """A slot for the address and one for the account, whether or not there is such an account."""
    slots = [take_slot("address", address_of(request))] if request is not None else []
    return [*slots, take_slot("account", account)]


def take_slot(scope: str, whom: str) -> str:
    """The key of a free slot of `settings.SIGN_IN_LIMITS[scope]`, now taken.

    Raises TooManyTries; Unavailable where tries cannot be counted.
    """
    with refusing_without_it(UNCOUNTED, retry_after=5):
        return _free_slot(scope, whom)


def _free_slot(scope: str, whom: str) -> str:
    digest = hashlib.sha256(
        whom.encode()
    ).hexdigest()  # cache keys allow neither spaces nor length
    keys = [f"{scope}:{digest}:{slot}" for slot in range(settings.SIGN_IN_LIMITS[scope])]
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        taken = cache.get_many(keys)
        for key in keys:
            if key not in taken and cache.add(key, UNDECIDED, WINDOW_SECONDS):
                return key
        decided = len(taken) == len(keys) and UNDECIDED not in taken.values()
        if decided or time.monotonic() > deadline:
            raise TooManyTries("Too many tries; wait a minute.", retry_after=_wait(taken))
        time.sleep(0.05)


def _wait(taken: dict[str, float]) -> int:
    free_at = min(filter(None, taken.values()), default=time.time() + WINDOW_SECONDS)
    return max(1, math.ceil(free_at - time.time()))


def use_up(slots: Iterable[str]) -> None:
    free_at = time.time() + WINDOW_SECONDS
    with going_on_without_it():  # an undecided one is free again as late
        cache.set_many(dict.fromkeys(slots, free_at), WINDOW_SECONDS)


def give_back(slots: Iterable[str]) -> None:
    with going_on_without_it():
        cache.delete_many(slots)


def address_of(request: HttpRequest) -> str:
    """Where the request comes from; X-Forwarded-For is believed for `NUM_PROXIES` proxies."""
    return str(BaseThrottle().get_ident(request))  # type: ignore[arg-type]
