"""Answers that cost much: kept for a while, and computed by one at a time.

Whoever asks while somebody computes gets the former answer, or waits a little for its turn, so
that many different questions at once take no more than one core. Without a cache there are no
turns, and everybody computes.
"""

import time
from collections.abc import Callable
from typing import Any

from django.core.cache import cache

from recsys.lib.caches import going_on_without_it
from recsys.lib.errors import Unavailable

LONGEST_TURN_SECONDS = 60
"""After which a process is taken for dead."""
PATIENCE_SECONDS = 5.0
PAUSE_SECONDS = 0.05


def kept(key: str, compute: Callable[[], Any], *, turn: str, fresh: int, stale: int) -> Any:
    """What `compute` answers, at most `fresh` seconds old; `stale` while another has the `turn`.

    Raises Unavailable where nothing is kept and the turn does not come.
    """
    with going_on_without_it():
        if (entry := _entry_or_turn(key, turn)) is not None:
            return entry[1]
    try:
        answer = compute()
        with going_on_without_it():
            cache.set(key, (time.time() + fresh, answer), stale)
    finally:
        with going_on_without_it():
            cache.delete(turn)
    return answer


def _entry_or_turn(key: str, turn: str) -> tuple[float, Any] | None:
    """(when it ceases to be fresh, the answer) of what is kept; None: the turn is ours."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        entry: tuple[float, Any] | None = cache.get(key)
        if entry is not None and entry[0] > time.time():
            return entry
        if cache.add(turn, True, LONGEST_TURN_SECONDS):
            return None
        if entry is not None:
            return entry
        if time.monotonic() > deadline:
            raise Unavailable("Too much is asked at once; try again in a moment.", retry_after=5)
        time.sleep(PAUSE_SECONDS)
