"""What a fitted model is: something that turns histories into scores.

A history is a row over the model's items: one person's, a basket's, a session's. No model here
stores people, so what somebody did a second ago counts at the next request.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.sparse import csr_array

from recommendations.engine.interactions import Floats, Interactions, column_sums


class Model(Protocol):
    def scores(self, histories: csr_array) -> Floats:
        """(B, I) histories → (B, I) scores; higher is better, 0 where nothing is known."""
        ...


@dataclass(frozen=True, eq=False)
class Graph:
    """Weighted edges item → item; a history's score for an item is the sum of its edges there.

    `edges` is I × I: row i holds what having touched item i says about others.
    """

    edges: csr_array

    def scores(self, histories: csr_array) -> Floats:
        return (histories @ self.edges).toarray()


@dataclass(frozen=True, eq=False)
class Popularity:
    """Everybody gets what most people touched: the baseline every promotion must beat."""

    weights: Floats

    @classmethod
    def fit(cls, data: Interactions) -> "Popularity":
        return cls(column_sums(data.matrix))

    def scores(self, histories: csr_array) -> Floats:
        return np.tile(self.weights, (histories.shape[0], 1))
