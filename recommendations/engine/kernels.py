"""The inner loops that numpy cannot express, compiled by numba, free of the GIL.

Sparse matrices come in as (indptr, indices, data). `x` is pseudo-people × items and `xt` its
transpose: a person or an attribute value is a row of `x`, and G = xᵀx is never formed whole.
Only fitting and judging import this module; serving does without the compiler.
"""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

Sparse = tuple[NDArray[Any], NDArray[Any], NDArray[np.float32]]


@njit(nogil=True, cache=True)
def _is_worse(score: float, item: int, other_score: float, other_item: int) -> bool:
    """Whether (score, item) ranks below the other: lower score, or equal score and higher id."""
    return score < other_score or (score == other_score and item > other_item)


@njit(nogil=True, cache=True)
def _sink(scores: NDArray[np.float32], items: NDArray[np.int32], size: int) -> None:
    """Restore the heap (worst on top) after its top was replaced."""
    parent = 0
    while True:
        child = 2 * parent + 1
        if child >= size:
            return
        right = child + 1
        if right < size and _is_worse(scores[right], items[right], scores[child], items[child]):
            child = right
        if not _is_worse(scores[child], items[child], scores[parent], items[parent]):
            return
        scores[parent], scores[child] = scores[child], scores[parent]
        items[parent], items[child] = items[child], items[parent]
        parent = child


@njit(nogil=True, cache=True)
def _rise(scores: NDArray[np.float32], items: NDArray[np.int32], child: int) -> None:
    """Restore the heap (worst on top) after a leaf was appended."""
    while child > 0:
        parent = (child - 1) // 2
        if not _is_worse(scores[child], items[child], scores[parent], items[parent]):
            return
        scores[parent], scores[child] = scores[child], scores[parent]
        items[parent], items[child] = items[child], items[parent]
        child = parent


@njit(nogil=True, cache=True)
def _offer(
    scores: NDArray[np.float32], items: NDArray[np.int32], size: int, score: float, item: int
) -> int:
    """Keep (score, item) if it belongs to the best seen; return how many are kept."""
    if size < scores.size:
        scores[size], items[size] = score, item
        _rise(scores, items, size)
        return size + 1
    if _is_worse(scores[0], items[0], score, item):
        scores[0], items[0] = score, item
        _sink(scores, items, size)
    return size


@njit(nogil=True, cache=True)
def _unheap(scores: NDArray[np.float32], items: NDArray[np.int32], size: int) -> None:
    """Heap → best first."""
    for last in range(size - 1, 0, -1):
        scores[0], scores[last] = scores[last], scores[0]
        items[0], items[last] = items[last], items[0]
        _sink(scores, items, last)


@njit(nogil=True, cache=True)
def top_k_rows(
    scores: NDArray[np.float32], best: NDArray[np.float32], items: NDArray[np.int32]
) -> None:
    """The k best columns of each row of `scores` (B, I), best first, ties by column.

    Writes `best` and `items` (B, k); places beyond the finite scores stay as they were given.
    """
    for row in range(scores.shape[0]):
        size = 0
        floor = -np.inf
        for column in range(scores.shape[1]):
            score = scores[row, column]
            if score > floor:
                size = _offer(best[row], items[row], size, score, column)
                if size == best.shape[1]:
                    floor = best[row, 0]
        _unheap(best[row], items[row], size)


@njit(nogil=True, cache=True)
def top_k_sparse(
    start: int, matrix: Sparse, best: NDArray[np.float32], items: NDArray[np.int32]
) -> None:
    """The k largest entries of rows start … of a sparse matrix, as `top_k_rows` gives them."""
    indptr, indices, data = matrix
    for row in range(best.shape[0]):
        size = 0
        for at in range(indptr[start + row], indptr[start + row + 1]):
            size = _offer(best[row], items[row], size, data[at], indices[at])
        _unheap(best[row], items[row], size)


@njit(nogil=True, cache=True)
def gram_top_k(
    start: int,
    stop: int,
    x: Sparse,
    xt: Sparse,
    column_scale: NDArray[np.float32],
    items: NDArray[np.int32],
    values: NDArray[np.float32],
) -> None:
    """For rows start … stop of G = xᵀx: the k columns with the largest G_ij · column_scale_j > 0.

    Writes their columns (best first, −1 where there are fewer) and G_ij itself. The row's own
    column is left out; a scale of 0 leaves a column out for everybody. No entry of x is negative.
    """
    indptr, indices, data = x
    t_indptr, t_indices, t_data = xt
    total = np.zeros(column_scale.size, np.float32)
    touched = np.empty(column_scale.size + 1, np.int32)
    best = np.empty(items.shape[1], np.float32)
    for row in range(start, stop):
        count = 0
        for p in range(t_indptr[row], t_indptr[row + 1]):
            person, weight = t_indices[p], t_data[p]
            for q in range(indptr[person], indptr[person + 1]):
                column = indices[q]
                before = total[column]
                after = before + weight * data[q]
                touched[count] = column  # kept if it is new: a branch here would be guessed wrong
                count += (before == 0) & (after > 0)
                total[column] = after
        size = 0
        floor = np.float32(0)
        for t in range(count):
            column = touched[t]
            score = total[column] * column_scale[column]
            if score > 0 and score >= floor and column != row:
                size = _offer(best, items[row], size, score, column)
                floor = best[0] if size == best.size else floor
        _unheap(best, items[row], size)
        for rank in range(size):
            values[row, rank] = total[items[row, rank]]
        items[row, size:] = -1
        for t in range(count):
            total[touched[t]] = 0


@njit(nogil=True, cache=True)
def _local_gram(
    members: NDArray[np.int32], x_rows: int, xt: Sparse, slot: NDArray[np.int32], gram: Any
) -> None:
    """Lower triangle of G[members][:, members], from the columns of x alone.

    Each pseudo-person who touched any member adds the products of the members they touched.
    `slot` (x_rows,) is scratch, −1 everywhere before and after.
    """
    t_indptr, t_indices, t_data = xt
    entries = 0
    for item in members:
        entries += t_indptr[item + 1] - t_indptr[item]
    people = np.empty(min(entries, x_rows), np.int32)
    length = np.zeros(min(entries, x_rows) + 1, np.int64)
    count = 0
    for item in members:
        for p in range(t_indptr[item], t_indptr[item + 1]):
            person = t_indices[p]
            if slot[person] < 0:
                slot[person] = count
                people[count] = person
                count += 1
            length[slot[person] + 1] += 1
    offset = np.cumsum(length)
    cursor = offset[:count].copy()
    position = np.empty(entries, np.int32)
    value = np.empty(entries, np.float32)
    for place in range(members.size):
        item = members[place]
        for p in range(t_indptr[item], t_indptr[item + 1]):
            at = slot[t_indices[p]]
            position[cursor[at]], value[cursor[at]] = place, t_data[p]
            cursor[at] += 1
    gram[:] = 0
    for at in range(count):
        for a in range(offset[at], offset[at + 1]):
            for b in range(offset[at], a + 1):
                gram[position[a], position[b]] += value[a] * value[b]
    slot[people[:count]] = -1


@njit(nogil=True, cache=True)
def _solve(gram: Any, target: Any) -> None:
    """Solve gram · b = target in place by Cholesky; only `gram`'s lower triangle is read.

    Both substitutions run along rows of Lᵀ, which are contiguous.
    """
    upper = np.ascontiguousarray(np.linalg.cholesky(gram).T)
    size = target.size
    for i in range(size):
        target[i] /= upper[i, i]
        target[i + 1 :] -= target[i] * upper[i, i + 1 :]
    for i in range(size - 1, -1, -1):
        rest = np.dot(upper[i, i + 1 :], target[i + 1 :])
        target[i] = (target[i] - rest) / upper[i, i]


@njit(nogil=True, cache=True)
def local_ridge(
    targets: NDArray[np.int64],
    candidates: NDArray[np.int32],
    values: NDArray[np.float32],
    whole: NDArray[np.float32],
    x_rows: int,
    xt: Sparse,
    penalties: NDArray[np.float32],
    dropouts: NDArray[np.float32],
) -> None:
    """Regress each target item on its candidates, once per (penalty, dropout).

    `candidates` (I, K) are as `gram_top_k` writes them; `values` (V, I, K) turn from G_Nj into
    coefficients. `whole` is G where it fits into memory, else (0, 0) and each G_NN is summed up
    from `xt`. Penalties must be > 0: every system is then positive definite.
    """
    slot = np.full(x_rows, -1, np.int32)
    for target in targets:
        n = 0
        while n < candidates.shape[1] and candidates[target, n] >= 0:
            n += 1
        if n == 0:
            continue
        gram = np.empty((n, n), np.float32)
        members = candidates[target, :n]
        if whole.shape[0]:
            for place in range(n):
                for other in range(place + 1):
                    gram[place, other] = whole[members[place], members[other]]
        else:
            _local_gram(members, x_rows, xt, slot, gram)
        for variant in range(penalties.size):
            system = gram.copy()
            for place in range(n):
                diagonal = gram[place, place] * (1 + dropouts[variant])
                system[place, place] = diagonal + penalties[variant]
            _solve(system, values[variant, target, :n])
