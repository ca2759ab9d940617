"""Items that came after the fit: their row and column of the item graph, from attributes alone.

For an item n nobody has touched, the formula of the item graph leaves

    S_in = D_i^-α · λ Σ_t A_ti A_tn / (d_t + A_tn) · D_n^-β      over the attributes t of n

which needs only the rows of A that n shares: milliseconds, and up to rounding and the cut at K
neighbours what a full fit with n in the catalogue gives it.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, vstack

from recommendations.engine.graph_settings import ItemGraphSettings
from recommendations.engine.interactions import (
    Floats,
    Ids,
    Interactions,
    column_sums,
    row_sums,
)
from recommendations.engine.ranking import places_among, top_k
from recommendations.engine.scaling import inverse_power


@dataclass(frozen=True, eq=False)
class Newcomers:
    """`items` (N,) ascending ids; what they say of fitted items (`rows`, N × I) and what those
    say of them (`columns`, N × I, transposed so that a newcomer is one row of both)."""

    items: Ids
    rows: csr_array
    columns: csr_array

    @cached_property
    def of_fitted(self) -> csr_array:
        """(I, N) what each fitted item says of newcomers."""
        return self.columns.T.tocsr()

    @classmethod
    def nobody(cls) -> "Newcomers":
        nothing = csr_array((0, 0), dtype=np.float32)
        return cls(np.empty(0, np.int64), nothing, nothing)

    def joined_by(self, item: int, row: csr_array, column: csr_array) -> "Newcomers":
        """With one more item, or with new edges for one that is here already (an edited item)."""
        kept = np.flatnonzero(self.items != item)
        items = np.append(self.items[kept], item)
        order = np.argsort(items)
        both = (self.rows, row), (self.columns, column)
        rows, columns = (
            vstack([old[kept], new], format="csr")[order] if kept.size else new.tocsr()
            for old, new in both
        )
        return Newcomers(items[order], rows, columns)


@dataclass(frozen=True, eq=False)
class AttributeIndex:
    """What is needed of the fitted data to place an item by its attributes.

    `scale` brings the item graph's edges to the size of those of the graph that is served.
    """

    names: NDArray[Any]
    attributes: csr_array
    item_degrees: Floats
    settings: ItemGraphSettings
    scale: float = 1.0

    @classmethod
    def of(
        cls, data: Interactions, settings: ItemGraphSettings, scale: float = 1.0
    ) -> "AttributeIndex":
        degrees = column_sums(data.matrix)
        if data.attributes is None or data.attribute_names is None:
            nothing = csr_array((0, data.items.size), dtype=np.float32)
            return cls(np.empty(0, np.int64), nothing, degrees, settings, scale)
        degrees = degrees + settings.attribute_weight * column_sums(data.attributes)
        return cls(data.attribute_names, data.attributes, degrees, settings, scale)

    @cached_property
    def attribute_degrees(self) -> Floats:
        return row_sums(self.attributes)

    def place(
        self, names: ArrayLike, weights: ArrayLike | None = None
    ) -> tuple[csr_array, csr_array]:
        """(1 × I row, 1 × I column) of an untouched item with these attributes."""
        wanted = np.asarray(names).reshape(-1)
        placed = self.place_all(np.zeros(wanted.size, np.int64), wanted, weights, among=[0])
        return placed.rows, placed.columns

    def place_all(
        self,
        items: ArrayLike,
        names: ArrayLike,
        weights: ArrayLike | None = None,
        *,
        among: ArrayLike = (),
    ) -> Newcomers:
        """Untouched items by statements "item has attribute": columns of equal length.

        `among` are all the items, those without a statement too. Attributes nobody else has
        connect nothing and only add to the item's own degree.
        """
        ids, wanted = np.asarray(items, np.int64), np.asarray(names)
        weight = np.ones(wanted.size) if weights is None else np.asarray(weights, np.float64)
        newcomers = np.unique(np.concatenate([ids, np.asarray(among, np.int64)]))
        rows = np.searchsorted(newcomers, ids)
        settings = self.settings
        own = settings.attribute_weight * np.bincount(rows, weight, newcomers.size)
        gram = self._shared(rows, wanted, weight, newcomers.size)
        return Newcomers(
            newcomers,
            self._edges(gram, own, settings.row_exponent, settings.column_exponent),
            self._edges(gram, own, settings.column_exponent, settings.row_exponent),
        )

    def said_for(
        self, history: tuple[Ids, NDArray[np.float64]], names: ArrayLike, weights: ArrayLike
    ) -> NDArray[np.float64]:
        """(T,) how much each of an item's attributes adds to its score by the item graph.

        λ A_tj Σ_i r_i D_i^-α A_ti / d_t, for a history r of fitted positions and weights, and for
        statements "j has attribute t" of these weights. What all share, D_j^-β, is left out.
        """
        wanted, own = np.asarray(names), np.asarray(weights, np.float64)
        said = np.zeros(wanted.size)
        if self.names.size:
            positions, counts = history
            at = places_among(self.names, wanted)
            known = np.flatnonzero(at >= 0)
            scale = inverse_power(self.item_degrees[positions], self.settings.row_exponent)
            met = self.attributes[at[known]][:, positions] @ (counts * scale)
            share = self.settings.attribute_weight / self.attribute_degrees[at[known]]
            said[known] = own[known] * met * share
        return said

    def _shared(
        self, rows: Ids, names: NDArray[Any], weight: NDArray[np.float64], size: int
    ) -> csr_array:
        """(N, I) what newcomers and fitted items have in common."""
        if not self.names.size:
            return csr_array((size, self.item_degrees.size), dtype=np.float32)
        at = places_among(self.names, names)
        known = at >= 0
        shared, own = at[known], weight[known]
        share = own / (self.attribute_degrees[shared] + own)
        has = csr_array((share, (rows[known], shared)), shape=(size, self.names.size))
        return (self.settings.attribute_weight * (has @ self.attributes)).tocsr()

    def _edges(
        self, gram: csr_array, own: NDArray[np.floating[Any]], of_own: float, of_others: float
    ) -> csr_array:
        own_scale = self.scale * inverse_power(own.astype(np.float32), of_own)
        of_columns = inverse_power(self.item_degrees[gram.indices], of_others)
        values = gram.data * np.repeat(own_scale, np.diff(gram.indptr)) * of_columns
        scaled = csr_array((values, gram.indices, gram.indptr), shape=gram.shape)
        return _best(scaled, self.settings.neighbours)


def _best(matrix: csr_array, k: int) -> csr_array:
    """The k largest entries of each row, without the compiler, which serving does not load."""
    spans = list(pairwise(matrix.indptr.tolist()))
    best = [start + np.sort(top_k(matrix.data[start:stop], k)) for start, stop in spans]
    kept = np.concatenate([np.empty(0, np.int64), *best])
    indptr = np.concatenate([[0], np.cumsum([each.size for each in best])])
    arrays = matrix.data[kept].astype(np.float32), matrix.indices[kept], indptr
    return csr_array(arrays, shape=matrix.shape)
