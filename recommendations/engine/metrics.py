"""How good lists are: all-ranking, training items masked, judged by what people did next.

Recall@k and NDCG@k are exactly LightGCN's (He et al., SIGIR 2020): recall is hits over all test
items of the person, the ideal of NDCG counts min(|test|, k) hits, and the mean is over people with
test items. Scores are made and ranked by blocks, so memory is bounded by the block.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recommendations.engine import kernels
from recommendations.engine.interactions import Floats, Interactions, column_sums
from recommendations.engine.models import Model
from recommendations.engine.parallel import map_blocks
from recommendations.engine.ranking import NOBODY

BLOCK = 256
"""People scored at once: 256 rows of 200,000 scores are 200 MB, the bound on memory per core."""


@dataclass(frozen=True)
class Metrics:
    """Means over `people` judged; every figure but novelty (bits) lies in 0 … 1."""

    recall: float
    ndcg: float
    mrr: float
    hit_rate: float
    coverage: float
    novelty: float
    diversity: float
    people: int

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


@dataclass(frozen=True, eq=False)
class Judged:
    """Per person judged (U,): who, their list (U, k; −1 beyond its end), and what it was worth."""

    people: NDArray[np.int64]
    lists: NDArray[np.int32]
    recall: NDArray[np.float64]
    ndcg: NDArray[np.float64]
    reciprocal_rank: NDArray[np.float64]


def rank_block(
    model: Model, histories: csr_array, k: int, live: NDArray[np.bool_] | None = None
) -> NDArray[np.int32]:
    """(B, k) best items per history, −1 beyond the end: none from the history, only live ones."""
    scores = np.ascontiguousarray(model.scores(histories), np.float32)
    rows = np.repeat(np.arange(histories.shape[0]), np.diff(histories.indptr))
    scores[rows, histories.indices] = NOBODY
    if live is not None:
        scores[:, ~live] = NOBODY
    return best_of(scores, k)[0]


def best_of(scores: Floats, k: int) -> tuple[NDArray[np.int32], Floats]:
    """(B, k) the k best columns per row, best first, ties by column, −1 beyond; their scores."""
    items = np.full((scores.shape[0], k), -1, np.int32)
    best = np.full((scores.shape[0], k), NOBODY)
    kernels.top_k_rows(scores, best, items)
    return items, best


def judge(
    model: Model,
    train: csr_array,
    test: csr_array,
    *,
    k: int = 20,
    live: NDArray[np.bool_] | None = None,
) -> Judged:
    """Rank for everybody with test items and compare."""
    judged = np.flatnonzero(np.diff(test.indptr))

    def work(start: int, stop: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        chosen = judged[start:stop]
        lists = rank_block(model, train[chosen], k, live)
        return lists, list_worth(lists, test[chosen])

    parts = map_blocks(work, judged.size, BLOCK)
    lists = np.concatenate([np.empty((0, k), np.int32)] + [part[0] for part in parts])
    worth = np.concatenate([np.empty((0, 3))] + [part[1] for part in parts])
    return Judged(judged, lists, *worth.T)


def list_worth(lists: NDArray[np.int32], test: csr_array) -> NDArray[np.float64]:
    """(B, 3): recall, NDCG and reciprocal rank of each list against its row of `test`."""
    return worth_of_hits(hits_of(lists, test), np.diff(test.indptr))


def hits_of(lists: NDArray[np.int32], test: csr_array) -> NDArray[np.bool_]:
    """(B, k) whether each item of a list is in its row of `test`; −1 never is."""
    relevant = np.zeros((test.shape[0], test.shape[1] + 1), np.bool_)
    relevant[np.repeat(np.arange(test.shape[0]), np.diff(test.indptr)), test.indices] = True
    return np.take_along_axis(relevant, lists.astype(np.int64), axis=1)  # −1: the last, False


def worth_of_hits(hits: NDArray[np.bool_], wanted: NDArray[np.integer]) -> NDArray[np.float64]:
    """(B, 3): recall, NDCG and reciprocal rank of lists whose `hits` (B, k) are in order."""
    k = hits.shape[1]
    discount = 1 / np.log2(np.arange(2, k + 2))
    ideal = np.cumsum(discount)
    recall = hits.sum(axis=1) / np.maximum(wanted, 1)
    ndcg = (hits * discount).sum(axis=1) / ideal[np.clip(wanted, 1, k) - 1]
    reciprocal_rank = np.where(hits.any(axis=1), 1 / (1 + hits.argmax(axis=1)), 0)
    return np.stack([recall, ndcg, reciprocal_rank], axis=1)


def summarise(judged: Judged, data: Interactions) -> Metrics:
    """Means, and what the lists look like together; all zero when nobody could be judged."""
    if not judged.people.size:
        return Metrics(0, 0, 0, 0, 0, 0, 0, 0)
    return Metrics(
        recall=float(judged.recall.mean()),
        ndcg=float(judged.ndcg.mean()),
        mrr=float(judged.reciprocal_rank.mean()),
        hit_rate=float((judged.recall > 0).mean()),
        coverage=coverage(judged.lists, data.items.size),
        novelty=novelty(judged.lists, data.matrix),
        diversity=diversity(judged.lists, data.matrix),
        people=int(judged.people.size),
    )


def evaluate(model: Model, data: Interactions, test: csr_array, **options: Any) -> Metrics:
    """`summarise(judge(…))`; options as of `judge`."""
    return summarise(judge(model, data.matrix, test, **options), data)


def coverage(lists: NDArray[np.int32], catalogue_size: int) -> float:
    """Share of the catalogue that appears in at least one list."""
    return float(np.unique(lists[lists >= 0]).size / max(catalogue_size, 1))


def novelty(lists: NDArray[np.int32], matrix: csr_array) -> float:
    """Mean surprise −log₂ p(item) of what is shown, p the share of people who touched it."""
    touched_by = np.bincount(matrix.indices, minlength=matrix.shape[1])
    share = np.maximum(touched_by, 1) / max(matrix.shape[0], 1)
    shown = lists[lists >= 0]
    return float(-np.log2(share[shown]).mean()) if shown.size else 0.0


def diversity(lists: NDArray[np.int32], matrix: csr_array) -> float:
    """1 − mean cosine between the items of one list, over lists of two or more.

    With unit item vectors c_i the sum of all cosines of a list is |Σ c_i|², so no pair is formed.
    """
    length = (lists >= 0).sum(axis=1)
    chosen = np.flatnonzero(length > 1)
    if not chosen.size:
        return 0.0
    norm = np.sqrt(column_sums(matrix.multiply(matrix).tocsr()))
    unit = (matrix * (1 / np.where(norm > 0, norm, 1))[None, :]).T.tocsr()
    cosine_sum = np.concatenate(
        [_cosine_sums(lists[chosen[at : at + BLOCK]], unit) for at in range(0, chosen.size, BLOCK)]
    )
    known = np.where(lists >= 0, (norm > 0)[lists], False).sum(axis=1)[chosen]
    pairs = length[chosen] * (length[chosen] - 1)
    return float((1 - (cosine_sum - known) / pairs).mean())


def _cosine_sums(lists: NDArray[np.int32], unit: csr_array) -> NDArray[np.float64]:
    rows, places = np.nonzero(lists >= 0)
    ones = np.ones(rows.size, np.float32)
    shown = csr_array((ones, (rows, lists[rows, places])), shape=(len(lists), unit.shape[0]))
    total = (shown @ unit).tocsr()
    return np.asarray(total.multiply(total).sum(axis=1), np.float64).ravel()
