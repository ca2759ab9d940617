"""The ridge graph: each item regressed on its own K best candidates.

EASE (Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019) regresses every item
on the whole catalogue; kept local it scales where the dense inverse cannot and its result is a
neighbour list. With G = Rᵀ Du^-γ R + s · Aᵀ Dt^-δ A, s set so that the attributes' mean diagonal
is `attribute_share` of the people's, the candidates N of item j are the K largest G_ij · G_ii^-½,
and

    (G_NN + diag(p · G_ii + λ · mean diagonal)) b = G_Nj,   column j of W = b

p is the dropout term of the denoising EASE (Steck, "Autoencoders that don't overfit towards the
Identity", NeurIPS 2020). With K the whole catalogue it is EASE itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from recommendations.engine import kernels
from recommendations.engine.interactions import Floats, Interactions
from recommendations.engine.models import Graph
from recommendations.engine.neighbours import as_matrix, best_neighbours
from recommendations.engine.parallel import map_blocks
from recommendations.engine.pseudo_people import PseudoPeople, stack
from recommendations.engine.scaling import inverse_power, scaled_rows

BLOCK = 64
SMALL_CATALOGUE = 6_000
"""Up to so many items G itself is formed (144 MB); wider ones sum each G_NN from its columns."""


@dataclass(frozen=True)
class RidgeSettings:
    """γ, δ, the attributes' share, λ, p and K; λ from 1 to 3 and p from 1 to 2 hardly differ."""

    person_exponent: float = 0.5
    attribute_exponent: float = 0.5
    attribute_share: float = 1.0
    penalty: float = 2.0
    dropout: float = 1.5
    neighbours: int = 200


def fit_ridge_graph(
    data: Interactions, settings: RidgeSettings, live: NDArray[np.bool_] | None = None
) -> Graph:
    """Regressors are items somebody touched; only `live` (I,) items are regressed on them."""
    return fit_ridge_graphs(data, [settings], live)[0]


def fit_ridge_graphs(
    data: Interactions,
    variants: Sequence[RidgeSettings],
    live: NDArray[np.bool_] | None = None,
) -> list[Graph]:
    """One graph per variant; those that differ in λ and p alone share candidates and G_NN."""
    graphs: dict[RidgeSettings, Graph] = {}
    for alike in _alike(variants):
        graphs |= zip(alike, _fit_alike(data, alike, live), strict=True)
    return [graphs[settings] for settings in variants]


def _alike(variants: Sequence[RidgeSettings]) -> list[list[RidgeSettings]]:
    groups: dict[RidgeSettings, list[RidgeSettings]] = {}
    for settings in dict.fromkeys(variants):
        groups.setdefault(replace(settings, penalty=1.0, dropout=0.0), []).append(settings)
    return list(groups.values())


def _fit_alike(
    data: Interactions, variants: list[RidgeSettings], live: NDArray[np.bool_] | None
) -> list[Graph]:
    people = _pseudo_people(data, variants[0])
    seen = np.where(data.touched(), inverse_power(people.diagonal, 0.5), 0).astype(np.float32)
    candidates, values = best_neighbours(people, seen, variants[0].neighbours)
    coefficients = np.stack([values] * len(variants))
    targets = np.arange(data.items.size) if live is None else np.flatnonzero(live)
    _regress(people, targets, candidates, coefficients, variants)
    if live is not None:
        candidates[~live] = -1
    return [Graph(as_matrix(candidates, each).T.tocsr()) for each in coefficients]


def _pseudo_people(data: Interactions, settings: RidgeSettings) -> PseudoPeople:
    parts = [scaled_rows(data.matrix, settings.person_exponent)]
    if data.attributes is not None:
        attributes = scaled_rows(data.attributes, settings.attribute_exponent)
        of_people = float(np.square(parts[0].data).sum())
        of_attributes = float(np.square(attributes.data).sum())
        share = settings.attribute_share * of_people / of_attributes if of_attributes else 0.0
        parts.append((attributes * np.float32(share**0.5)).tocsr())
    return stack(parts)


def _regress(
    people: PseudoPeople,
    targets: NDArray[np.int64],
    candidates: NDArray[np.int32],
    coefficients: Floats,
    variants: list[RidgeSettings],
) -> None:
    """`coefficients` (V, I, K) turn from G_Nj into those of each variant."""
    rows, items = people.x.shape
    mean_diagonal = float(people.diagonal.sum()) / max(items, 1)
    penalties = np.array([each.penalty * mean_diagonal for each in variants], np.float32)
    dropouts = np.array([each.dropout for each in variants], np.float32)
    small = items <= SMALL_CATALOGUE
    whole = (people.x.T @ people.x).toarray() if small else np.empty((0, 0), np.float32)

    def work(start: int, stop: int) -> None:
        kernels.local_ridge(
            targets[start:stop],
            candidates,
            coefficients,
            whole,
            rows,
            people.columns,
            penalties,
            dropouts,
        )

    map_blocks(work, targets.size, BLOCK)
