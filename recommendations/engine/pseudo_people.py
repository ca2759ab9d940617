"""People and attribute values as rows of one matrix.

An attribute value (a category, a tag, a title word) is treated as a person who touched every item
that has it, so that one Gram G = XᵀX holds both kinds of evidence and items nobody has touched
are reached all the same:

    X = [ Du^-γ/2 R ; √s · Dt^-δ/2 A ],   G = Rᵀ Du^-γ R + s · Aᵀ Dt^-δ A
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array, vstack

from recommendations.engine.interactions import Floats, column_sums
from recommendations.engine.kernels import Sparse


@dataclass(frozen=True, eq=False)
class PseudoPeople:
    """`x` (people + attribute values) × items, with its Gram's diagonal and transpose at hand."""

    x: csr_array

    @cached_property
    def diagonal(self) -> Floats:
        """(I,) the diagonal of G."""
        return column_sums(self.x.multiply(self.x).tocsr())

    @cached_property
    def rows(self) -> Sparse:
        return _parts(self.x)

    @cached_property
    def columns(self) -> Sparse:
        return _parts(self.x.T.tocsr())


def stack(parts: list[csr_array]) -> PseudoPeople:
    return PseudoPeople(vstack(parts, format="csr", dtype=np.float32))


def _parts(matrix: csr_array) -> Sparse:
    return (
        matrix.indptr.astype(np.int64),
        matrix.indices.astype(np.int32),
        matrix.data.astype(np.float32),
    )
