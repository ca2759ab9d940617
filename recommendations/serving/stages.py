"""Where candidates come from: kept lists, computed on the spot when missing, and plainer ones."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial

from recommendations import cache
from recommendations.cache import Entry, Freshness, Hit, Key
from recommendations.data import FORMULAS, Ranked
from recommendations.services.lists import refresh_list
from recommendations.serving.pipeline import Candidate
from recommendations.serving.refresh import queue_refresh
from recsys.lib.errors import DomainError

logger = logging.getLogger(__name__)

LOOKS, SECONDS_BETWEEN_LOOKS = 50, 0.02


def kept_or_computed(key: Key, hit: Hit, now: datetime) -> Entry:
    """The list under `key`: as kept if there is one, else computed and kept now.

    One that is stale is given as it is, and its refresh is queued. One that cannot be computed is
    empty: the stages after it answer instead. Raises NotFound for an item that does not exist.
    """
    if hit.freshness is Freshness.STALE:
        queue_refresh(key)
    return hit.entry or computed_or_empty(partial(_computed, key, now), now)


def computed_or_empty(compute: Callable[[], Entry], now: datetime) -> Entry:
    """What `compute` gives; empty where it fails. A DomainError is raised: it is an answer."""
    try:
        return compute()
    except DomainError:
        raise
    except Exception:  # the one place where a bug, too, makes answers plainer instead of none
        logger.exception("a list could not be computed: %s", compute)
        return Entry((), now, FORMULAS)


def _computed(key: Key, now: datetime) -> Entry:
    """The list as one of all who miss it at once computes it; the others wait for what it keeps.

    Whoever has waited in vain, because the one died or could not keep it, computes it for itself.
    """
    for _ in range(LOOKS):
        if cache.claim_computation(key):
            try:
                return cache.find(key) or refresh_list(key=key, now=now)
            finally:
                cache.release_computation(key)
        time.sleep(SECONDS_BETWEEN_LOOKS)
        if entry := cache.find(key):
            return entry
    return refresh_list(key=key, now=now)


def ranked(entry: Entry, source: str) -> Iterator[Candidate]:
    return candidates(entry.ranked, source)


def candidates(places: Iterable[Ranked], source: str) -> Iterator[Candidate]:
    return (
        Candidate(place.item_id, place.score, place.reason, source, place.drawn)
        for place in places
    )


def lazily(stage: Callable[[], Iterable[Candidate]]) -> Iterator[Candidate]:
    """Asks for the stage only when those before it did not suffice."""
    yield from stage()
