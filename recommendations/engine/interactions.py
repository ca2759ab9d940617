"""Who did what: ids, weights, times and attributes in one frozen object.

Ids and matrix positions travel together, so that no index map can be mixed up with another
fit's factors. Ids are 64-bit; positions are the ranks of the ids in ascending order, which makes
"ties by position" and "ties by id" the same thing everywhere in the engine.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from recommendations.engine.errors import EngineError
from recommendations.engine.ranking import ascending, ranks

Ids = NDArray[np.int64]
Floats = NDArray[np.float32]

WEIGHT_LIMIT = 1e6
"""Weights are clipped to ± this: one absurd row must not overflow a 32-bit sum."""


@dataclass(frozen=True, eq=False)
class Interactions:
    """People × items with weights > 0, and what is known of the items besides.

    `people` (P,) and `items` (I,) are ascending ids; `matrix` is P × I; `times`, where known, are
    seconds aligned with `matrix.data`; `attributes` is A × I, its rows named by `attribute_names`.
    """

    people: Ids
    items: Ids
    matrix: csr_array
    times: NDArray[np.float64] | None = None
    attributes: csr_array | None = None
    attribute_names: NDArray[Any] | None = None

    @classmethod
    def from_columns(
        cls,
        people: ArrayLike,
        items: ArrayLike,
        weights: ArrayLike | None = None,
        times: ArrayLike | None = None,
        *,
        catalogue: ArrayLike = (),
    ) -> "Interactions":
        """Sum repeated pairs (keeping their latest time) and drop those that sum to 0 or less.

        `catalogue` names items that exist although nobody touched them. Raises EngineError for
        columns of unequal length, ids that are not 64-bit integers, NaN or infinite numbers.
        """
        person_ids, item_ids = _ids("people", people), _ids("items", items)
        weight = _numbers("weights", weights, person_ids.size).clip(-WEIGHT_LIMIT, WEIGHT_LIMIT)
        if person_ids.size != item_ids.size:
            raise EngineError("columns_unequal", "Columns of people and items differ in length.")
        known_people, rows = ranks(person_ids)
        known_items, places = ranks(np.concatenate([item_ids, _ids("catalogue", catalogue)]))
        columns = places[: item_ids.size]
        shape = (known_people.size, known_items.size)
        when = None if times is None else _numbers("times", times, person_ids.size)
        matrix, latest = _summed(rows, columns, weight, when, shape)
        return cls(known_people, known_items, matrix, latest)

    def with_attributes(
        self, names: ArrayLike, items: ArrayLike, weights: ArrayLike | None = None
    ) -> "Interactions":
        """Add statements "item has attribute": columns of names (or keys) and item ids.

        Statements on items that are not in the catalogue are refused by name.
        """
        item_ids = _ids("items", items)
        known, rows = np.unique(np.asarray(names), return_inverse=True)
        columns = np.searchsorted(self.items, item_ids)
        if rows.size != item_ids.size:
            raise EngineError("columns_unequal", "Columns of names and items differ in length.")
        if not np.array_equal(self.items[np.minimum(columns, self.items.size - 1)], item_ids):
            raise EngineError("unknown_item", "An attribute names an item outside the catalogue.")
        weight = _numbers("weights", weights, item_ids.size)
        attributes, _ = _summed(rows, columns, weight, None, (known.size, self.items.size))
        return replace(self, attributes=attributes, attribute_names=known)

    def with_matrix(self, kept: NDArray[np.bool_]) -> "Interactions":
        """The same people and items with only those pairs for which `kept` (nnz,) is true."""
        starts = np.append(0, kept.cumsum())[self.matrix.indptr]
        matrix = csr_array(
            (self.matrix.data[kept], self.matrix.indices[kept], starts), shape=self.matrix.shape
        )
        return replace(self, matrix=matrix, times=None if self.times is None else self.times[kept])

    def latest(self, most: int) -> "Interactions":
        """With at most `most` items of each person: their latest, or heaviest without times."""
        starts, order_by = (
            self.matrix.indptr,
            self.matrix.data if self.times is None else self.times,
        )
        kept = np.ones(self.matrix.nnz, np.bool_)
        for person in np.flatnonzero(np.diff(starts) > most):
            theirs = slice(starts[person], starts[person + 1])
            surplus = np.argsort(-order_by[theirs], kind="stable")[most:]
            kept[theirs][surplus] = False
        return self if kept.all() else self.with_matrix(kept)

    def touched(self) -> NDArray[np.bool_]:
        """(I,) whether anybody ever touched the item."""
        return np.bincount(self.matrix.indices, minlength=self.items.size) > 0


def column_sums(matrix: csr_array) -> Floats:
    return np.asarray(matrix.sum(axis=0), dtype=np.float32).ravel()


def row_sums(matrix: csr_array) -> Floats:
    return np.asarray(matrix.sum(axis=1), dtype=np.float32).ravel()


def _ids(name: str, values: ArrayLike) -> Ids:
    array = np.asarray(values)
    if array.size == 0:
        return np.empty(0, np.int64)
    fits = array.ndim == 1 and array.dtype.kind in "iu"
    if not fits or (array.dtype == np.uint64 and array.max() > np.iinfo(np.int64).max):
        raise EngineError("ids_not_integers", f"{name} must be a column of 64-bit integers.")
    return array.astype(np.int64, copy=False)


def _numbers(name: str, values: ArrayLike | None, size: int) -> NDArray[np.float64]:
    if values is None:
        return np.ones(size)
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (size,):
        raise EngineError("columns_unequal", f"{name} must have {size} values.")
    if not np.isfinite(array).all():
        raise EngineError("not_finite", f"{name} must not hold NaN or infinity.")
    return array


def _summed(
    rows: NDArray[Any],
    columns: NDArray[Any],
    weights: NDArray[np.float64],
    times: NDArray[np.float64] | None,
    shape: tuple[int, int],
) -> tuple[csr_array, NDArray[np.float64] | None]:
    pairs = rows.astype(np.int64) * shape[1] + columns
    order = ascending(pairs)
    pairs = pairs[order]
    (starts,) = np.nonzero(np.diff(pairs, prepend=-1))
    totals = np.add.reduceat(weights[order], starts) if starts.size else weights[:0]
    kept = totals > 0
    row, column = np.divmod(pairs[starts[kept]], shape[1] or 1)
    indptr = np.append(0, np.bincount(row, minlength=shape[0]).cumsum())
    matrix = csr_array((totals[kept].astype(np.float32), column.astype(np.int32), indptr), shape)
    if times is None:
        return matrix, None
    return matrix, (np.maximum.reduceat(times[order], starts)[kept] if starts.size else times[:0])
