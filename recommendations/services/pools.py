"""The items that the graph of a model speaks for most, before anybody asks which are live."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from inventory.queries import Narrowing
from recommendations.engine.serving import History, Ranked, ServedGraph

__all__ = ["best_of"]

CANDIDATES = 200
"""So many of the model's best are looked at: some are over, some are the person's own."""
ASKED_AT_FIRST, GROWTH = 2 * CANDIDATES, 4
MOST_ASKED = 8_000
"""So many of the best are asked whether they fulfil a narrowing: the work is bounded, and what
many people's histories speak for at all is within it."""


def best_of(
    graph: ServedGraph,
    history: History,
    *,
    exclude: ArrayLike = (),
    among: Narrowing | None = None,
) -> Ranked:
    """The best for a history, their scores as shares of the very best one's.

    With `among` the best of those that fulfil it, asked by statements over more and more of the
    whole order: one where most do, three at most. Their shares are the same as without it.
    """
    most = CANDIDATES if among is None else MOST_ASKED
    pool = graph.top_items(history, most, exclude=exclude)
    pool = replace(pool, scores=pool.scores / (pool.scores.max(initial=0) or 1))
    return pool if among is None else _fulfilling(pool, among)


def _fulfilling(pool: Ranked, among: Narrowing) -> Ranked:
    found = np.empty(0, np.int64)
    for part in _parts(pool.items.size):
        asked = pool.items[part]
        fulfil = np.fromiter(among.among(asked.tolist()), np.int64)
        found = np.append(found, np.flatnonzero(np.isin(asked, fulfil)) + part.start)
        if found.size >= CANDIDATES:
            break
    best = found[:CANDIDATES]
    return Ranked(pool.items[best], pool.scores[best], pool.because[best])


def _parts(size: int) -> Iterator[slice]:
    start, step = 0, ASKED_AT_FIRST
    while start < size:
        yield slice(start, start + step)
        start, step = start + step, step * GROWTH
