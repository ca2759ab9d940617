"""The kinds of models a blend may hold, by name, and how each is fitted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from recommendations.engine.factors import AlsSettings, fit_als
from recommendations.engine.graph_settings import ItemGraphSettings
from recommendations.engine.interactions import Interactions
from recommendations.engine.item_graph import fit_item_graph
from recommendations.engine.models import Model
from recommendations.engine.ridge_graph import RidgeSettings, fit_ridge_graphs
from recommendations.engine.spectral import fit_spectral

ITEM_GRAPH, RIDGE_GRAPH, SPECTRAL, ALS = "item graph", "ridge graph", "spectral", "als"


@dataclass(frozen=True, eq=False)
class Material:
    """What a model is fitted on; `live` (I,) are the items that may be shown."""

    data: Interactions
    seed: int
    live: NDArray[np.bool_] | None = None


Fit = Callable[[Material, Sequence[Any]], list[Model]]
"""One model per variant; variants share what they have in common."""


def _fit_item_graphs(on: Material, variants: Sequence[ItemGraphSettings]) -> list[Model]:
    return [fit_item_graph(on.data, settings, on.live) for settings in variants]


def _fit_ridge_graphs(on: Material, variants: Sequence[RidgeSettings]) -> list[Model]:
    return list(fit_ridge_graphs(on.data, variants, on.live))


def _fit_spectral(on: Material, variants: Sequence[int]) -> list[Model]:
    whole = fit_spectral(on.data, max(variants), on.seed)
    return [whole.truncated(rank) for rank in variants]


def _fit_als(on: Material, variants: Sequence[AlsSettings]) -> list[Model]:
    return [fit_als(on.data, settings, on.seed) for settings in variants]


FITS: dict[str, Fit] = {
    ITEM_GRAPH: _fit_item_graphs,
    RIDGE_GRAPH: _fit_ridge_graphs,
    SPECTRAL: _fit_spectral,
    ALS: _fit_als,
}
SETTINGS: dict[str, Callable[..., Any]] = {
    ITEM_GRAPH: ItemGraphSettings,
    RIDGE_GRAPH: RidgeSettings,
    SPECTRAL: int,
    ALS: AlsSettings,
}
"""What a variant of each is made of."""
