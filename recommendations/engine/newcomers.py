"""Items that came after the fit: their row and column of the item graph, from attributes alone.

For an item n nobody has touched, the formula of the item graph leaves

    S_in = D_i^-α · λ Σ_t A_ti A_tn / (d_t + A_tn) · D_n^-β      over the attributes t of n

which needs only the rows of A that n shares: milliseconds, and up to rounding and the cut at K
neighbours what a full fit with n in the catalogue gives it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_array, vstack

from recommendations.engine.interactions import (
    Floats,
    Ids,
    Interactions,
    column_sums,
    row_sums,
)
from recommendations.engine.item_graph import ItemGraphSettings
from recommendations.engine.ranking import NOBODY, top_k
from recommendations.engine.scaling import inverse_power


@dataclass(frozen=True, eq=False)
class Newcomers:
    """`items` (N,) ascending ids; what they say of fitted items (`rows`, N × I) and what those
    say of them (`columns`, N × I, transposed so that a newcomer is one row of both)."""

    items: Ids
    rows: csr_array
    columns: csr_array

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
    """What is needed of the fitted data to place an item by its attributes."""

    names: Ids | np.ndarray[tuple[int], np.dtype[np.str_]]
    attributes: csr_array
    attribute_degrees: Floats
    item_degrees: Floats
    settings: ItemGraphSettings

    @classmethod
    def of(cls, data: Interactions, settings: ItemGraphSettings) -> "AttributeIndex":
        if data.attributes is None or data.attribute_names is None:
            raise ValueError("the data has no attributes")
        degrees = column_sums(data.matrix)
        degrees = degrees + settings.attribute_weight * column_sums(data.attributes)
        of_attributes = row_sums(data.attributes)
        return cls(data.attribute_names, data.attributes, of_attributes, degrees, settings)

    def place(
        self, names: ArrayLike, weights: ArrayLike | None = None
    ) -> tuple[csr_array, csr_array]:
        """(1 × I row, 1 × I column) of an untouched item with these attributes.

        Attributes nobody else has connect nothing and only add to the item's own degree.
        """
        wanted = np.asarray(names, np.str_).reshape(-1)
        weight = np.ones(wanted.size) if weights is None else np.asarray(weights, np.float64)
        at = np.searchsorted(self.names, wanted)
        known = at < self.names.size
        known[known] = self.names[at[known]] == wanted[known]
        shared, own = at[known], weight[known]
        per_attribute = own / (self.attribute_degrees[shared] + own)
        settings = self.settings
        gram = settings.attribute_weight * (per_attribute @ self.attributes[shared])
        degree = np.float32(settings.attribute_weight * weight.sum())
        row_power, column_power = settings.row_exponent, settings.column_exponent
        own_degree = np.array([degree], np.float32)
        row = gram * inverse_power(self.item_degrees, column_power)
        column = gram * inverse_power(self.item_degrees, row_power)
        return (
            self._best(row * inverse_power(own_degree, row_power)),
            self._best(column * inverse_power(own_degree, column_power)),
        )

    def _best(self, values: Floats) -> csr_array:
        values = np.where(values > 0, values, NOBODY).astype(np.float32)
        best = np.sort(top_k(values, self.settings.neighbours))
        return csr_array((values[best], best, [0, best.size]), shape=(1, values.size))
