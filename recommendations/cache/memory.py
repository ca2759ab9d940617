"""What is kept for everybody, remembered by each process for a second.

The popular list and the marks go with every list there is, and a hot lot's neighbours are asked
for hundreds of times a second: the cache is asked for each of them once a second and process.
What a process stores or drops itself it forgets at once; what others did it sees within a second.
Personal lists are never remembered: what a person did shows in their next answer, whichever
process gives it. Nor is that a list is missing: once somebody has computed it, it is there.
"""

import time
from collections.abc import Iterable, Mapping

SECONDS = 1.0
MOST = 10_000
"""Values held at once, of a few hundred bytes; beyond, all are forgotten."""

_held: dict[str, tuple[float, object]] = {}
"""By name: until when (of the monotonic clock), and what."""


def recall(names: Iterable[str]) -> dict[str, object]:
    """What of these is still remembered; `None` for what is remembered as absent."""
    now = time.monotonic()
    known = ((name, _held.get(name)) for name in names)
    return {name: held[1] for name, held in known if held and held[0] > now}


def remember(values: Mapping[str, object]) -> None:
    if len(_held) + len(values) > MOST:
        _held.clear()
    until = time.monotonic() + SECONDS
    _held.update({name: (until, value) for name, value in values.items()})


def forget(names: Iterable[str]) -> None:
    for name in names:
        _held.pop(name, None)


def forget_all() -> None:
    _held.clear()
