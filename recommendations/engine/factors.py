"""Factor models by `implicit`: ALS and BPR (Hu et al., ICDM 2008; Rendle et al., UAI 2009).

Only item factors are kept; a history is folded in by one least-squares solve (ALS) or by the mean
of its items (BPR), so that nobody's vector goes stale. Mind of implicit 0.7.3: it wants
`csr_matrix`, an empty matrix "fits", and BPR is repeatable with one thread only.
"""

from dataclasses import dataclass

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.bpr import BayesianPersonalizedRanking
from scipy.sparse import csr_array, csr_matrix
from threadpoolctl import threadpool_limits

from recommendations.engine.interactions import Floats, Interactions, row_sums
from recommendations.engine.scaling import inverse_power


@dataclass(frozen=True)
class AlsSettings:
    factors: int = 128
    regularization: float = 50.0
    alpha: float = 3.0
    iterations: int = 15


@dataclass(frozen=True)
class BprSettings:
    factors: int = 128
    learning_rate: float = 0.05
    regularization: float = 0.01
    iterations: int = 100


@dataclass(frozen=True, eq=False)
class Als:
    """`factors` (I, f); the settings are needed again to fold a history in."""

    factors: Floats
    settings: AlsSettings

    def scores(self, histories: csr_array) -> Floats:
        """r → x Yᵀ with x the least-squares person of α r, Y held fixed."""
        if not self.factors.size:
            return np.zeros(histories.shape, np.float32)
        people = np.arange(histories.shape[0])
        with threadpool_limits(1, "blas"):
            model = _als(self.settings, 0)
            model.item_factors = self.factors
            folded = model.recalculate_user(people, csr_matrix(histories))
        return np.asarray(folded @ self.factors.T, np.float32)


@dataclass(frozen=True, eq=False)
class Bpr:
    """`factors` (I, f), the last column the item's bias."""

    factors: Floats

    def scores(self, histories: csr_array) -> Floats:
        mean = inverse_power(row_sums(histories), 1.0)[:, None] * (histories @ self.factors)
        mean[:, -1:] = 1
        return np.asarray(mean @ self.factors.T, np.float32)


def fit_als(data: Interactions, settings: AlsSettings, seed: int) -> Als:
    if data.matrix.nnz == 0:
        return Als(np.zeros((data.items.size, 0), np.float32), settings)
    with threadpool_limits(1, "blas"):
        model = _als(settings, seed)
        model.fit(csr_matrix(data.matrix), show_progress=False)
    return Als(np.asarray(model.item_factors, np.float32), settings)


def fit_bpr(data: Interactions, settings: BprSettings, seed: int) -> Bpr:
    if data.matrix.nnz == 0:
        return Bpr(np.zeros((data.items.size, 1), np.float32))
    model = BayesianPersonalizedRanking(
        factors=settings.factors,
        learning_rate=settings.learning_rate,
        regularization=settings.regularization,
        iterations=settings.iterations,
        num_threads=1,
        random_state=seed,
    )
    model.fit(csr_matrix(data.matrix), show_progress=False)
    return Bpr(np.asarray(model.item_factors, np.float32))


def _als(settings: AlsSettings, seed: int) -> AlternatingLeastSquares:
    return AlternatingLeastSquares(
        factors=settings.factors,
        regularization=settings.regularization,
        alpha=settings.alpha,
        iterations=settings.iterations,
        random_state=seed,
    )
