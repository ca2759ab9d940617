"""Many bags at once: overlaps and neighbours over sparse arrays. Pure: ids and arrays in and out.

Bags are rows, items are columns, quantities the values; the ids travel with the matrix, so that
no index map can be mixed up with another's.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csr_array

Ids = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Overlaps:
    """One bag against all, itself included; aligned arrays, one place per bag.

    `common` counts shared items; `jaccard` is Σ min / Σ max over the quantities, 0 for two empty
    bags.
    """

    bags: Ids
    common: NDArray[np.int64]
    jaccard: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class BagMatrix:
    """Quantities of bags × items; `bags` and `items` are the ascending ids of rows and columns."""

    bags: Ids
    items: Ids
    quantities: csr_array

    @classmethod
    def from_columns(cls, bags: ArrayLike, items: ArrayLike, quantities: ArrayLike) -> "BagMatrix":
        """Entries as three columns of one length; a pair given twice adds up."""
        bag_ids, rows = np.unique(np.asarray(bags, np.int64), return_inverse=True)
        item_ids, columns = np.unique(np.asarray(items, np.int64), return_inverse=True)
        values = np.asarray(quantities, np.int64)
        matrix = coo_array((values, (rows, columns)), shape=(bag_ids.size, item_ids.size))
        return cls(bag_ids, item_ids, matrix.tocsr())

    def overlaps(self, bag: int) -> Overlaps:
        """What `bag` has in common with each bag. Raises KeyError for an unknown bag."""
        mine = self._dense(bag)
        least = np.minimum(self.quantities.data, mine[self.quantities.indices])
        shared = self._sums_by_bag(least)
        most = self._sums_by_bag(self.quantities.data) + mine.sum() - shared
        jaccard = np.divide(shared, most, out=np.zeros(self.bags.size), where=most > 0)
        return Overlaps(self.bags, self._sums_by_bag(least > 0), jaccard)

    def nearest(self, bag: int, limit: int) -> list[tuple[int, float]]:
        """The `limit` other bags most like `bag`: (bag, weighted Jaccard), best first, ties by id.

        Bags with nothing in common are no neighbours. Raises KeyError for an unknown bag.
        """
        overlaps = self.overlaps(bag)
        others = np.flatnonzero((overlaps.common > 0) & (self.bags != bag))
        best = others[np.argsort(-overlaps.jaccard[others], kind="stable")[:limit]]
        return list(zip(self.bags[best].tolist(), overlaps.jaccard[best].tolist(), strict=True))

    def consumed(self, bags: ArrayLike, items: ArrayLike) -> NDArray[np.bool_]:
        """Bags × items: whether the item lies in the bag. Ids it does not know lie nowhere."""
        rows, known_bags = self._positions(self.bags, bags)
        columns, known_items = self._positions(self.items, items)
        mask = np.zeros((rows.size, columns.size), np.bool_)
        inside = self.quantities[rows[known_bags]][:, columns[known_items]]
        mask[np.ix_(known_bags, known_items)] = inside.toarray() > 0
        return mask

    def _dense(self, bag: int) -> NDArray[np.int64]:
        row = np.searchsorted(self.bags, bag)
        if row == self.bags.size or self.bags[row] != bag:
            raise KeyError(bag)
        return self.quantities[[row]].toarray()[0]

    def _sums_by_bag(self, values: NDArray[np.generic]) -> NDArray[np.int64]:
        """Sums of per-entry values; a cumulative sum, because a bag may have no entries."""
        running = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
        return np.diff(running[self.quantities.indptr])

    @staticmethod
    def _positions(known: Ids, wanted: ArrayLike) -> tuple[Ids, NDArray[np.bool_]]:
        """Where each wanted id is among the known, and whether it is there at all."""
        ids = np.asarray(wanted, np.int64)
        positions = np.searchsorted(known, ids).clip(max=max(known.size - 1, 0))
        found = known[positions] == ids if known.size else np.zeros(ids.size, np.bool_)
        return positions, found
