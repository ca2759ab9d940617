"""Where candidates come from: kept lists, computed on the spot when missing, and plainer ones."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from recommendations.cache import Entry, Freshness, Hit, Key
from recommendations.data import FORMULAS, Ranked
from recommendations.services.lists import refresh_list
from recommendations.serving.pipeline import Candidate
from recommendations.serving.refresh import queue_refresh
from recsys.lib.errors import DomainError

logger = logging.getLogger(__name__)


def kept_or_computed(key: Key, hit: Hit, now: datetime) -> Entry:
    """The list under `key`: as kept if there is one, else computed and kept now.

    One that is stale is given as it is, and its refresh is queued. One that cannot be computed is
    empty: the stages after it answer instead. Raises NotFound for an item that does not exist.
    """
    if hit.freshness is Freshness.STALE:
        queue_refresh(key)
    if hit.entry is not None:
        return hit.entry
    try:
        return refresh_list(key=key, now=now)
    except DomainError:
        raise
    except Exception:  # the one place where a bug, too, makes answers plainer instead of none
        logger.exception("the list %s could not be computed", key)
        return Entry((), now, FORMULAS)


def ranked(entry: Entry, source: str) -> Iterator[Candidate]:
    return candidates(entry.ranked, source)


def candidates(places: Iterable[Ranked], source: str) -> Iterator[Candidate]:
    return (Candidate(place.item_id, place.score, place.reason, source) for place in places)


def lazily(stage: Callable[[], Iterable[Candidate]]) -> Iterator[Candidate]:
    """Asks for the stage only when those before it did not suffice."""
    yield from stage()
