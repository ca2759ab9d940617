"""Orders: the best k of many scores, higher score first, then lower id; ids and keys ascending."""

import numpy as np
from numpy.typing import NDArray

NOBODY = np.float32(-np.inf)
"""The score of what must not be shown."""
SPARSEST = 4
"""Up to so many times as many ids as there are places: a table of all costs less than a sort."""


def top_k(scores: NDArray[np.floating], k: int) -> NDArray[np.int64]:
    """Positions of the k best of `scores` (I,), best first, ties by position.

    NaN and −inf never appear, so there may be fewer than k.
    """
    shown = np.flatnonzero(scores > NOBODY)
    if shown.size > k > 0:
        kth_best = np.partition(scores[shown], shown.size - k)[shown.size - k]
        shown = shown[scores[shown] >= kth_best]
    return shown[np.lexsort((shown, -scores[shown]))][: max(k, 0)]


def ascending(keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """What sorts `keys` ≥ 0, equal ones in their order.

    Numbers sort many times as fast as places do: where both fit, each key carries its own place.
    """
    bits = keys.size.bit_length()
    if keys.size and int(keys.max()) >= 1 << (63 - bits):
        return np.argsort(keys, kind="stable")
    carrying = (keys << bits) | np.arange(keys.size)
    carrying.sort()
    return carrying & ((1 << bits) - 1)


def places_among(known: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each of `wanted` is among the ascending `known`, −1 where it is not."""
    if not known.size:
        return np.full(wanted.size, -1, np.int64)
    at = np.searchsorted(known, wanted).clip(max=known.size - 1)
    return np.where(known[at] == wanted, at, -1)


def ranks(ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The distinct ids, ascending, and each one's place among them.

    Ids that lie as close together as a database gives them are counted, not sorted.
    """
    if not ids.size:
        return ids, ids
    first, last = int(ids.min()), int(ids.max())
    if last - first > SPARSEST * ids.size:
        return np.unique(ids, return_inverse=True)
    found = np.zeros(last - first + 1, np.bool_)
    found[ids - first] = True
    return np.flatnonzero(found) + first, (found.cumsum() - 1)[ids - first]
