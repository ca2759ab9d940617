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

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommendations.engine import kernels
from recommendations.engine.interactions import Interactions
from recommendations.engine.models import Graph
from recommendations.engine.neighbours import Lists, as_matrix, best_neighbours
from recommendations.engine.parallel import map_blocks
from recommendations.engine.pseudo_people import PseudoPeople, stack
from recommendations.engine.scaling import inverse_power, scaled_rows

BLOCK = 64
SMALL_CATALOGUE = 6_000
"""Up to so many items G itself is formed (144 MB); wider ones sum each G_NN from its columns."""


@dataclass(frozen=True)
class RidgeSettings:
    person_exponent: float = 0.5
    attribute_exponent: float = 0.5
    attribute_share: float = 1.0
    penalty: float = 2.0
    dropout: float = 1.0
    neighbours: int = 200


def fit_ridge_graph(
    data: Interactions, settings: RidgeSettings, live: NDArray[np.bool_] | None = None
) -> Graph:
    """Regressors are items somebody touched; only `live` (I,) items are regressed on them."""
    people = _pseudo_people(data, settings)
    seen = np.where(data.touched(), inverse_power(people.diagonal, 0.5), 0).astype(np.float32)
    candidates, values = best_neighbours(people, seen, settings.neighbours)
    targets = np.arange(data.items.size) if live is None else np.flatnonzero(live)
    penalty = settings.penalty * float(people.diagonal.sum()) / max(data.items.size, 1)
    _regress(people, targets, (candidates, values), penalty, settings.dropout)
    if live is not None:
        candidates[~live] = -1
    return Graph(as_matrix(candidates, values).T.tocsr())


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
    lists: Lists,
    penalty: float,
    dropout: float,
) -> None:
    rows, items = people.x.shape
    small = items <= SMALL_CATALOGUE
    whole = (people.x.T @ people.x).toarray() if small else np.empty((0, 0), np.float32)

    def work(start: int, stop: int) -> None:
        kernels.local_ridge(
            targets[start:stop], *lists, whole, rows, people.columns, penalty, dropout
        )

    map_blocks(work, targets.size, BLOCK)
