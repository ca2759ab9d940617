"""Brute force, slowed down: so many tries a minute for an account, and for an address.

A try takes one of the limit's slots, by the cache's atomic `add`, before any password is hashed,
and gives it back if it succeeds. Fifty processes trying at once get no more slots than one after
the other, and each slot frees itself a minute after it was taken: a sliding window.
"""

import hashlib
import math
import time
from collections.abc import Iterable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from rest_framework.throttling import BaseThrottle

from recsys.lib.errors import DomainError

WINDOW_SECONDS = 60


class TooManyTries(DomainError):
    """No slot is free; `retry_after` tells when the oldest will be."""

    status = 429
    code = "throttled"


def take_sign_in_slots(request: HttpRequest | None, account: str) -> list[str]:
    """A slot for the address and one for the account, whether or not there is such an account."""
    slots = [take_slot("address", address_of(request))] if request is not None else []
    return [*slots, take_slot("account", account.lower())]


def take_slot(scope: str, whom: str) -> str:
    """The key of a free slot of `settings.SIGN_IN_LIMITS[scope]`, now taken."""
    digest = hashlib.sha256(
        whom.encode()
    ).hexdigest()  # cache keys allow neither spaces nor length
    keys = [f"{scope}:{digest}:{slot}" for slot in range(settings.SIGN_IN_LIMITS[scope])]
    now = time.time()
    taken = cache.get_many(keys)
    for key in keys:
        if key not in taken and cache.add(key, now + WINDOW_SECONDS, WINDOW_SECONDS):
            return key
    wait = min(taken.values(), default=now + WINDOW_SECONDS) - now
    raise TooManyTries("Too many tries; wait a minute.", retry_after=max(1, math.ceil(wait)))


def give_back(slots: Iterable[str]) -> None:
    cache.delete_many(slots)


def address_of(request: HttpRequest) -> str:
    """Where the request comes from; X-Forwarded-For is believed for `NUM_PROXIES` proxies."""
    return str(BaseThrottle().get_ident(request))  # type: ignore[arg-type]
