"""The spectral low-pass: keep the smooth part of a history on the normalised item graph.

With X = Du^-½ R Di^-½ and V its k leading right singular vectors, a history r scores

    r Di^-½ V Vᵀ Di^½

(GF-CF: Shen et al., "How Powerful is Graph Convolution for Recommendation?", CIKM 2021.) V comes
from a randomised block Krylov space (Musco & Musco, NeurIPS 2015): as exact as Lanczos where it
matters here, and made of matrix products only.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from recommendations.engine.interactions import Floats, Interactions, column_sums
from recommendations.engine.scaling import inverse_power, scaled_rows

KRYLOV_STEPS = 6
"""The Krylov space has KRYLOV_STEPS / 4 times the dimension of what is wanted from it."""
NOISE = 1e-12
"""A direction with so small a share of the strongest one's square is rounding in 32 bits."""


@dataclass(frozen=True, eq=False)
class Spectral:
    """`vectors` (I, k), by falling singular value, and the items' `degrees` (I,)."""

    vectors: Floats
    degrees: Floats

    def scores(self, histories: csr_array) -> Floats:
        damped = histories @ diags_array(inverse_power(self.degrees, 0.5))
        return np.asarray((damped @ self.vectors) @ self.vectors.T * np.sqrt(self.degrees))

    def truncated(self, rank: int) -> "Spectral":
        """The same model with only its `rank` leading vectors."""
        return Spectral(np.ascontiguousarray(self.vectors[:, :rank]), self.degrees)


def fit_spectral(data: Interactions, rank: int, seed: int) -> Spectral:
    """At most `rank` leading vectors; deterministic for a seed."""
    vectors = leading_right_vectors(normalised(data), rank, seed)
    return Spectral(vectors, column_sums(data.matrix))


def normalised(data: Interactions) -> csr_array:
    """Du^-½ R Di^-½."""
    scale = inverse_power(column_sums(data.matrix), 0.5)
    return (scaled_rows(data.matrix, 1.0) @ diags_array(scale)).tocsr()


def leading_right_vectors(x: csr_array, rank: int, seed: int) -> Floats:
    """(columns, ≤ rank) leading right singular vectors of `x`, by falling singular value."""
    rank = min(rank, *x.shape)
    if rank < 1:
        return np.zeros((x.shape[1], 0), np.float32)
    basis = _krylov_basis(x, min(max(rank // 4, 8), *x.shape), seed)
    image = x @ basis
    values, rotation = np.linalg.eigh(image.T @ image)
    return np.ascontiguousarray(basis @ rotation[:, np.argsort(-values)[:rank]])


def _krylov_basis(x: csr_array, block: int, seed: int) -> Floats:
    """Orthonormal basis of span(Q, XᵀX Q, (XᵀX)² Q, …) for a random Q of `block` columns."""
    rng = np.random.default_rng(seed)
    transposed = x.T.tocsr()
    enough = min(KRYLOV_STEPS * block, min(x.shape) - block + 1)
    basis: NDArray[np.float32] = np.empty((x.shape[1], 0), np.float32)
    fresh = rng.standard_normal((x.shape[1], block)).astype(np.float32)
    while True:
        for _ in range(2):  # once is not enough for orthogonality in 32 bits
            fresh = _orthonormal(fresh - basis @ (basis.T @ fresh))
        basis = np.hstack([basis, fresh])
        if basis.shape[1] >= enough or not fresh.size:
            return basis
        fresh = transposed @ (x @ fresh)


def _orthonormal(block: Floats) -> Floats:
    """Orthonormal columns that span what those of `block` do, which may be fewer.

    By the eigenvectors of the small Gram (SVQB: Stathopoulos & Wu, SIAM J. Sci. Comput. 2002):
    matrix products only, where LAPACK's QR of so tall a block takes twenty times as long.
    """
    exact = block.astype(np.float64)
    values, rotation = np.linalg.eigh(exact.T @ exact)
    kept = values > NOISE * values.max(initial=0)
    return (exact @ (rotation[:, kept] / np.sqrt(values[kept]))).astype(np.float32)
