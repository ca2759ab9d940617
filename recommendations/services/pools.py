"""The items that the graph of a model speaks for most, before anybody asks which are live."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from inventory.queries import Narrowing
from recommendations.engine.histories import Histories, Positions
from recommendations.engine.interactions import Ids
from recommendations.engine.ranked import Rankings
from recommendations.engine.serving import ServedGraph

__all__ = ["best_of"]

CANDIDATES = 200
"""So many of the model's best are looked at: some are over, some are the person's own."""
ASKED_AT_FIRST, GROWTH = 2 * CANDIDATES, 4
MOST_ASKED = 8_000
"""So many of the best are asked whether they fulfil a narrowing: the work is bounded, and what
many people's histories speak for at all is within it."""


def best_of(
    graph: ServedGraph,
    histories: Histories,
    *,
    exclude: tuple[Positions, Ids] | None = None,
    among: Narrowing | None = None,
) -> Rankings:
    """The best for each history, their scores as shares of the very best one's.

    `exclude` as for `ServedGraph.top_items_of`. With `among` the best of those that fulfil it,
    asked by statements over more and more of the whole order: one where most do, three at most.
    Their shares are the same as without it.
    """
    most = CANDIDATES if among is None else MOST_ASKED
    pools = graph.top_items_of(histories, most, exclude=exclude)
    shares = pools.scores / pools.scores[np.searchsorted(pools.owners, pools.owners)]
    pools = replace(pools, scores=shares)
    return pools if among is None else pools.where(_fulfilling(pools, histories.number, among))


def _fulfilling(pools: Rankings, number: int, among: Narrowing) -> NDArray[np.bool_]:
    """Which are among the first CANDIDATES of each that fulfil it."""
    ranks = np.arange(pools.items.size) - np.searchsorted(pools.owners, pools.owners)
    fulfils = np.zeros(pools.items.size, np.bool_)
    for part in _parts(int(ranks.max(initial=-1)) + 1):
        asked = np.flatnonzero((part.start <= ranks) & (ranks < part.stop))
        fulfils[asked] = among.holds_of(pools.items[asked])
        if (np.bincount(pools.owners[fulfils], minlength=number) >= CANDIDATES).all():
            break
    before = fulfils.cumsum() - fulfils
    before -= before[np.searchsorted(pools.owners, pools.owners)]
    return fulfils & (before < CANDIDATES)


def _parts(size: int) -> Iterator[slice]:
    start, step = 0, ASKED_AT_FIRST
    while start < size:
        yield slice(start, start + step)
        start, step = start + step, step * GROWTH
