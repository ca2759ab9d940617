"""One routine that fits the best blend for any data: no setting per data set.

Families of models, each in a few variants, are fitted on hold-outs taken inside the training part.
What alone is far behind the best is left out. The variants of a family that remain speak as one,
by the mean of what they say: which of them is best a hold-out tells hardly better than chance, and
the mean of models that err differently errs less than their best (Hansen & Salamon, "Neural
Network Ensembles", 1990). The weights of the families are searched on a small grid: the blend
whose worst relative loss over the hold-outs is smallest wins, and among those within `CLOSE` of it
the most even one: what separates them is noise, and an even blend is the safer guess.
"""

from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommendations.engine.blend import Blend, row_spread
from recommendations.engine.factors import AlsSettings
from recommendations.engine.families import (
    ALS,
    FITS,
    ITEM_GRAPH,
    RIDGE_GRAPH,
    SPECTRAL,
    Fit,
    Material,
)
from recommendations.engine.graph_settings import ItemGraphSettings
from recommendations.engine.interactions import Floats, Interactions
from recommendations.engine.metrics import best_of, hits_of, worth_of_hits
from recommendations.engine.models import Model
from recommendations.engine.parallel import map_blocks
from recommendations.engine.ranking import NOBODY
from recommendations.engine.recipes import Part, Recipe
from recommendations.engine.ridge_graph import RidgeSettings
from recommendations.engine.splits import Holdout, by_time, coherent, new_items, random_pairs

Live = NDArray[np.bool_] | None
Weights = tuple[float, ...]

GRID = (0.0, 0.5, 1.0, 1.5)
CLOSE = 0.02
"""Two blends this near are one: a standard error of a mean recall or NDCG over SAMPLE people."""
FAR_BEHIND = 0.25
"""A model that alone is so much worse on the first hold-out gets no weight: on dense catalogues
the coherent hold-out flatters the item graph (ML-1M, where it is 31 % behind: .265 with it, .284
without). Gowalla's spectral model, 19 % behind, is worth having."""
LONGEST_WALK, MOST_EDGES = 500, 25_000_000
"""Neighbours of the item graph, and the bound on its memory that wide catalogues meet first."""
DENSE = 0.005
"""Share of pairs touched from which factor models are worth their fit (docs/engine.md)."""
SMALL_CATALOGUE = 6_000
SAMPLE = 2_000
SHORTLIST = 100
BLOCK = 256
PLACES = 20


@dataclass(frozen=True)
class Family:
    """Models of one kind: `fit` makes one model per variant, sharing what they have in common."""

    name: str
    variants: tuple[Any, ...]
    fit: Fit


@dataclass(frozen=True, eq=False)
class Choice:
    """What was chosen and why: each (family, variant)'s weight; recall and NDCG found."""

    weights: dict[tuple[str, Any], float]
    found: dict[str, tuple[float, float]]


@dataclass(frozen=True)
class Selection:
    """The choice for items somebody touched, and for those nobody has (None: the same)."""

    choice: Choice
    newcomers: Choice | None = None

    def recipe(self) -> Recipe:
        """What was selected, to be fitted anywhere."""
        usual, cold = self.choice.weights, (self.newcomers or self.choice).weights
        parts = (Part(*kind, usual.get(kind, 0.0), cold.get(kind, 0.0)) for kind in usual | cold)
        return Recipe(tuple(part for part in parts if part.weight or part.for_newcomers))


def fit_best(data: Interactions, seed: int, live: Live = None) -> Blend:
    """Select on hold-outs of `data`, then fit the chosen models on all of it.

    `live` (I,) are the items that may be shown; the others only teach.
    """
    return fit_selected(data, select(data, seed), seed, live)


def select(data: Interactions, seed: int, splits: list[Holdout] | None = None) -> Selection:
    """Judge the portfolio on hold-outs; attributes earn untouched items a choice of their own.

    `splits` are the hold-outs, where the caller knows better ones than the data alone tell.
    """
    choice = choose(families(data), holdouts(data, seed) if splits is None else splits, seed)
    if data.attributes is None or not data.attributes.nnz:
        return Selection(choice)
    return Selection(choice, choose(graph_families(data), [new_items(data, 0.2, seed)], seed))


def fit_selected(data: Interactions, selection: Selection, seed: int, live: Live = None) -> Blend:
    """The blend of what was selected, fitted on all of `data`."""
    return selection.recipe().fit(Material(data, seed, live))


def families(data: Interactions) -> list[Family]:
    """The portfolio; factor models only where the matrix is dense enough for them."""
    spectral = _family(SPECTRAL, 64, 256, 512)
    portfolio = [*graph_families(data), spectral]
    if data.matrix.nnz > DENSE * data.people.size * data.items.size:
        portfolio.append(_family(ALS, AlsSettings()))
    return portfolio


def graph_families(data: Interactions) -> list[Family]:
    """The two that know attributes; a small catalogue can afford longer regressions."""
    longest = min(LONGEST_WALK, MOST_EDGES // max(data.items.size, 1))
    even = ItemGraphSettings(row_exponent=0.5, column_exponent=0.5, neighbours=longest)
    walks = [ItemGraphSettings(neighbours=longest), even]
    if data.attributes is not None:  # which say more of what nobody touched, and more noisily
        walks.append(replace(even, attribute_weight=1.0))
    ridge = RidgeSettings(neighbours=400 if data.items.size <= SMALL_CATALOGUE else 200)
    return [_family(ITEM_GRAPH, *walks), _family(RIDGE_GRAPH, ridge)]


def _family(name: str, *variants: Any) -> Family:
    return Family(name, variants, FITS[name])


def holdouts(data: Interactions, seed: int) -> list[Holdout]:
    """By time where there are times; else a random and a coherent one."""
    if data.times is not None and np.ptp(data.times) > 0:
        return [by_time(data, 0.1)]
    return [random_pairs(data, 0.1, seed), coherent(data, 0.2, seed)]


def choose(portfolio: list[Family], splits: list[Holdout], seed: int) -> Choice:
    """The weights with the smallest worst relative loss over the hold-outs."""
    judged = [Shortlists.of(portfolio, split, seed) for split in splits]
    shares = _shares(portfolio, judged[0])
    spoken = [shortlists.together(shares) for shortlists in judged]
    silent = ~shares.any(axis=0)
    grid = [each for each in weight_grid(len(portfolio)) if not np.any(each, where=silent)]
    worth = np.array([[shortlists.worth(weights) for shortlists in spoken] for weights in grid])
    chosen = _most_even(grid, _worst_losses(worth))
    weights = (shares @ grid[chosen]).tolist()
    return Choice(
        dict(zip(_kinds(portfolio), weights, strict=True)),
        {split.name: tuple(worth[chosen, at].tolist()) for at, split in enumerate(splits)},
    )


def _kinds(portfolio: list[Family]) -> list[tuple[str, Any]]:
    return [(family.name, variant) for family in portfolio for variant in family.variants]


def _shares(portfolio: list[Family], first: "Shortlists") -> Floats:
    """(M, F) by which models each family speaks: evenly by those that are not far behind."""
    of_family = np.repeat(np.eye(len(portfolio)), [len(f.variants) for f in portfolio], axis=0)
    recall = np.array([first.worth(alone)[0] for alone in np.eye(len(of_family))])
    kept = of_family * (recall >= (1 - FAR_BEHIND) * recall.max())[:, None]
    shares: Floats = kept / np.maximum(kept.sum(axis=0), 1)
    return shares


def weight_grid(size: int) -> list[Weights]:
    """All weights from GRID but the zeros, each direction once."""
    directions: dict[Weights, Weights] = {}
    for weights in product(GRID, repeat=size):
        if any(weights):
            directions.setdefault(tuple(weight / max(weights) for weight in weights), weights)
    return list(directions.values())


@dataclass(frozen=True, eq=False)
class Shortlists:
    """For sampled people of a hold-out: every model's scores on the items any of them favours.

    Small enough that hundreds of blends are tried in seconds: `scores` (U, M, C) are divided by
    the standard deviation of the whole row; places beyond a person's shortlist are −∞ in
    `mask` (U, C). `hits` (U, C) are the items that were hidden, `wanted` (U,) how many there are.
    """

    scores: Floats
    mask: Floats
    hits: NDArray[np.bool_]
    wanted: NDArray[np.int64]

    @classmethod
    def of(cls, portfolio: list[Family], split: Holdout, seed: int) -> "Shortlists":
        judged = np.flatnonzero(np.diff(split.test.indptr))
        rng = np.random.default_rng(seed)
        people = np.sort(rng.choice(judged, min(SAMPLE, judged.size), replace=False))
        models = [
            model
            for family in portfolio
            for model in family.fit(Material(split.train, seed, split.live), family.variants)
        ]
        parts = map_blocks(
            lambda start, stop: _shortlist(models, split, people[start:stop]),
            max(people.size, 1),
            BLOCK,
        )
        scores, mask, hits = (np.concatenate(part) for part in zip(*parts, strict=True))
        return cls(scores, mask, hits, np.diff(split.test.indptr)[people])

    def together(self, shares: Floats) -> "Shortlists":
        """The same with (M, F) shares of the models as F models."""
        scores = np.einsum("umc,mf->ufc", self.scores, shares.astype(np.float32), optimize=True)
        return replace(self, scores=scores)

    def worth(self, weights: ArrayLike) -> tuple[float, float]:
        """Mean recall and NDCG of the models, blended by `weights` (M,)."""
        if not self.wanted.size:
            return 0.0, 0.0
        total = self.mask + np.asarray(weights, np.float32) @ self.scores
        places = best_of(total, PLACES)[0]
        hits = np.take_along_axis(self.hits, np.maximum(places, 0), axis=1) & (places >= 0)
        recall, ndcg, _ = worth_of_hits(hits, self.wanted).mean(axis=0)
        return float(recall), float(ndcg)


def _shortlist(
    models: list[Model], split: Holdout, people: NDArray[np.int64]
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Scores, mask and hits of some people, as `Shortlists` holds them."""
    histories = split.train.matrix[people]
    rows = np.repeat(np.arange(people.size), np.diff(histories.indptr))
    scores, lists = [], []
    for model in models:
        each = np.ascontiguousarray(model.scores(histories), np.float32)
        each /= row_spread(each)
        scores.append(each)
        masked = each.copy()
        masked[rows, histories.indices] = NOBODY
        if split.live is not None:
            masked[:, ~split.live] = NOBODY
        lists.append(best_of(masked, SHORTLIST)[0])
    items = np.sort(np.concatenate(lists, axis=1), axis=1)
    repeated = np.concatenate([items[:, :1] < 0, items[:, 1:] == items[:, :-1]], axis=1)
    mask = np.where(repeated | (items < 0), NOBODY, np.float32(0))
    on_items = [np.take_along_axis(each, items, axis=1) for each in scores]
    return np.stack(on_items, axis=1), mask, hits_of(items, split.test[people])


def _worst_losses(worth: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, H, 2) figures of N blends → (N,) worst mean relative loss over the H hold-outs."""
    best = worth.max(axis=0)
    return (1 - worth / np.where(best > 0, best, 1)).mean(axis=2).max(axis=1)


def _most_even(grid: list[Weights], losses: NDArray[np.float64]) -> int:
    """Among the close ones the blend of highest entropy, then of smallest loss."""
    share = np.array(grid) / np.sum(grid, axis=1, keepdims=True)
    entropy = -(share * np.log(np.where(share > 0, share, 1))).sum(axis=1).round(9)
    close = np.flatnonzero(losses <= losses.min() + CLOSE)
    return int(close[np.lexsort((losses[close], -entropy[close]))[0]])
