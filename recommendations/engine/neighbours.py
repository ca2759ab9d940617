"""Best-K neighbour lists of a Gram that is never formed, and their sparse form."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recommendations.engine import kernels
from recommendations.engine.interactions import Floats
from recommendations.engine.parallel import map_blocks
from recommendations.engine.pseudo_people import PseudoPeople
from recommendations.engine.ranking import NOBODY

BLOCK = 256
"""Rows per task: enough to hide the hand-over, few enough to balance long rows."""

Lists = tuple[NDArray[np.int32], Floats]


def best_neighbours(people: PseudoPeople, column_scale: Floats, k: int) -> Lists:
    """Per item the k columns with the largest G_ij · column_scale_j, and G_ij.

    Two (I, k) arrays, best first, columns −1 where there are fewer. Source of the idea: the
    all-pairs kNN of `implicit`, with the scale and the filter of columns inside the loop.
    """
    size = column_scale.size
    k = max(1, min(k, size - 1))
    columns = np.full((size, k), -1, np.int32)
    values = np.zeros((size, k), np.float32)

    def work(start: int, stop: int) -> None:
        kernels.gram_top_k(start, stop, people.rows, people.columns, column_scale, columns, values)

    map_blocks(work, size, BLOCK)
    return columns, values


def as_matrix(columns: NDArray[np.int32], values: Floats) -> csr_array:
    """(I, k) lists → I × I, row i holding item i's list."""
    size = columns.shape[0]
    kept = columns >= 0
    indptr = np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int32)
    matrix = csr_array((values[kept], columns[kept], indptr), shape=(size, size))
    matrix.sort_indices()
    return matrix


def pruned(matrix: csr_array, k: int) -> csr_array:
    """`matrix` (I, I) with the k largest entries of each row, ties by column."""
    size = matrix.shape[0]
    columns = np.full((size, max(k, 1)), -1, np.int32)
    values = np.full(columns.shape, NOBODY)
    sparse = matrix.indptr.astype(np.int64), matrix.indices.astype(np.int32), matrix.data

    def work(start: int, stop: int) -> None:
        kernels.top_k_sparse(start, sparse, values[start:stop], columns[start:stop])

    map_blocks(work, size, BLOCK)
    return as_matrix(columns, values)
