"""Several models as one: a weighted sum of score rows, each divided by its standard deviation.

`distilled` turns a blend into one graph, which is what is served: row i holds the blend's scores
for the history {i}, pruned to the best K. A sum of such rows is the blend of a history up to its
per-row scaling, for which the mean standard deviation over real histories stands in.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, eye_array

from recommendations.engine.interactions import Floats
from recommendations.engine.metrics import best_of
from recommendations.engine.models import Graph, Model
from recommendations.engine.neighbours import as_matrix, pruned
from recommendations.engine.parallel import map_blocks
from recommendations.engine.ranking import NOBODY

BLOCK = 256


@dataclass(frozen=True, eq=False)
class Blend:
    """`weights` (M, I): how much each model counts for each item.

    Items nobody has touched are judged by other models than the rest, hence a weight per column.
    `scales` (M,), where given, replace the standard deviations of the rows.
    """

    models: tuple[Model, ...]
    weights: Floats
    scales: Floats | None = None

    def scores(self, histories: csr_array) -> Floats:
        total = np.zeros(histories.shape, np.float32)
        for number, (model, weights) in enumerate(zip(self.models, self.weights, strict=True)):
            scores = model.scores(histories)
            spread = row_spread(scores) if self.scales is None else self.scales[number]
            total += scores * (weights / spread)
        return total


def row_spread(scores: Floats) -> Floats:
    """(B, 1) standard deviation of each row, 1 where all scores are equal."""
    if not scores.size:
        return np.ones((len(scores), 1), np.float32)
    spread = scores.std(axis=1, keepdims=True)
    return np.where(spread > 0, spread, 1)


def mean_spreads(models: tuple[Model, ...], histories: csr_array) -> Floats:
    """(M,) mean standard deviation of each model's score rows over `histories`."""
    spreads = [float(row_spread(model.scores(histories)).mean()) for model in models]
    return np.array(spreads, np.float32)


def distilled(
    blend: Blend, histories: csr_array, k: int, live: NDArray[np.bool_] | None = None
) -> Graph:
    """The blend as one graph of the best `k` live neighbours per item.

    Of graphs alone it is their weighted sum, and no row of scores is ever formed whole.
    """
    linear = Blend(blend.models, blend.weights, mean_spreads(blend.models, histories))
    size = blend.weights.shape[1]
    shown = np.ones(size, np.bool_) if live is None else live
    make = _sum_of_graphs if all(isinstance(m, Graph) for m in blend.models) else _graph_of_rows
    return Graph(make(linear, min(k, size), shown))


def _sum_of_graphs(linear: Blend, k: int, shown: NDArray[np.bool_]) -> csr_array:
    total = csr_array((shown.size, shown.size), dtype=np.float32)
    for number, model in enumerate(linear.models):
        assert isinstance(model, Graph)  # noqa: S101 (tells the type checker what `distilled` did)
        assert linear.scales is not None  # noqa: S101
        weights = np.where(shown, linear.weights[number], 0) / linear.scales[number]
        total = total + model.edges @ diags_array(weights.astype(np.float32))
    total.setdiag(0)
    total.eliminate_zeros()
    return pruned(total.tocsr(), k)


def _graph_of_rows(linear: Blend, k: int, shown: NDArray[np.bool_]) -> csr_array:
    size = shown.size
    single = eye_array(size, dtype=np.float32, format="csr")

    def work(start: int, stop: int) -> tuple[NDArray[np.int32], Floats]:
        scores = linear.scores(single[start:stop])
        scores[np.arange(stop - start), np.arange(start, stop)] = NOBODY
        scores[:, ~shown] = NOBODY
        scores[scores == 0] = NOBODY
        return best_of(scores, k)

    parts = map_blocks(work, size, BLOCK)
    none = np.empty((0, k))
    columns = np.concatenate([none.astype(np.int32), *(part[0] for part in parts)])
    values = np.concatenate([none.astype(np.float32), *(part[1] for part in parts)])
    return as_matrix(columns, values)
