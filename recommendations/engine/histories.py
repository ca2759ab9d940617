"""What a person, a basket or a session did, of one or of several at once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommendations.engine.interactions import Ids

Scores = NDArray[np.float64]
Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class History:
    """What a person, a basket or a session did: ids of items and how much each counts."""

    items: Ids
    weights: Scores

    @classmethod
    def of(cls, items: ArrayLike, weights: ArrayLike | None = None) -> "History":
        ids = np.asarray(items, np.int64).reshape(-1)
        return cls(ids, np.ones(ids.size) if weights is None else np.asarray(weights, np.float64))


@dataclass(frozen=True, eq=False)
class Histories:
    """What several did, one place for each of them and an item.

    `owners` says whose a place is: 0 … number − 1, ascending.
    """

    number: int
    owners: Positions
    items: Ids
    weights: Scores

    @classmethod
    def of(cls, *histories: History) -> "Histories":
        owners = np.repeat(np.arange(len(histories)), [each.items.size for each in histories])
        items = np.concatenate([each.items for each in histories])
        return cls(
            len(histories), owners, items, np.concatenate([each.weights for each in histories])
        )

    def whole(self) -> History:
        """That of the only one."""
        return History(self.items, self.weights)

    def between(self, first: int, stop: int) -> "Histories":
        """Those of the owners `first` … stop − 1, counted anew."""
        own = slice(*np.searchsorted(self.owners, [first, stop]).tolist())
        owners = self.owners[own] - first
        return Histories(stop - first, owners, self.items[own], self.weights[own])

    def cut(self, items: int) -> list[int]:
        """0, `number`, and between them owners to begin anew with: after each `items` places."""
        starts = np.searchsorted(self.owners, np.arange(self.number)) // items
        return [0, *(np.flatnonzero(np.diff(starts)) + 1).tolist(), self.number]
