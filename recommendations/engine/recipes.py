"""Which models, with which settings and weights: what it takes to fit a model again.

A recipe is kept with every trained version, so that two versions are judged fairly on one split:
both recipes are fitted on its training part.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

import numpy as np

from recommendations.engine.blend import Blend
from recommendations.engine.errors import EngineError
from recommendations.engine.families import (
    FITS,
    ITEM_GRAPH,
    RIDGE_GRAPH,
    SETTINGS,
    SPECTRAL,
    Material,
)
from recommendations.engine.graph_settings import ItemGraphSettings
from recommendations.engine.models import Model
from recommendations.engine.ridge_graph import RidgeSettings


@dataclass(frozen=True)
class Part:
    """One model of a blend: its weight for items people touched, and for those nobody has."""

    family: str
    settings: Any
    weight: float = 1.0
    for_newcomers: float = 1.0


@dataclass(frozen=True)
class Recipe:
    parts: tuple[Part, ...]

    def fit(self, on: Material) -> Blend:
        """The blend, fitted on `on`."""
        touched = on.data.touched()
        fitted: dict[tuple[str, Any], Model] = {}
        for family in dict.fromkeys(part.family for part in self.parts):
            variants = [part.settings for part in self.parts if part.family == family]
            for settings, model in zip(variants, FITS[family](on, variants), strict=True):
                fitted[family, settings] = model
        models = tuple(fitted[part.family, part.settings] for part in self.parts)
        weights = [np.where(touched, part.weight, part.for_newcomers) for part in self.parts]
        shape = (len(models), on.data.items.size)
        return Blend(models, np.reshape(weights, shape).astype(np.float32))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, which `recipe_of` reads back."""
        return {
            "parts": [{**vars(part), "settings": _plain(part.settings)} for part in self.parts]
        }

    def for_newcomers(self) -> ItemGraphSettings:
        """By which item graph an item that comes after the fit finds its neighbours."""
        graphs = (part for part in self.parts if part.family == ITEM_GRAPH)
        best = max(graphs, key=lambda part: part.for_newcomers, default=None)
        return EVEN_GRAPH if best is None else best.settings


EVEN_GRAPH = ItemGraphSettings(row_exponent=0.5, column_exponent=0.5)
ALGORITHMS = {
    "item-graph": Recipe((Part(ITEM_GRAPH, EVEN_GRAPH),)),
    "ridge-graph": Recipe((Part(RIDGE_GRAPH, RidgeSettings(neighbours=100)),)),
    "graphs": Recipe(
        (Part(ITEM_GRAPH, EVEN_GRAPH), Part(RIDGE_GRAPH, RidgeSettings(neighbours=100)))
    ),
    "spectral": Recipe((Part(SPECTRAL, 256),)),
}
"""What can be asked for by name besides `blend`, which is searched for."""


def recipe_of(told: Mapping[str, Any]) -> Recipe:
    """From `as_dict`. Raises EngineError `recipe_unknown` for what this version does not know."""
    try:
        return Recipe(tuple(_part(**part) for part in told["parts"]))
    except (LookupError, TypeError, ValueError) as error:
        raise EngineError("recipe_unknown", "The recipe is of another version.") from error


def _part(family: str, settings: Any, weight: float, for_newcomers: float) -> Part:
    make = SETTINGS[family]
    made = make(**settings) if isinstance(settings, dict) else make(settings)
    return Part(family, made, weight, for_newcomers)


def _plain(settings: Any) -> Any:
    is_settings = is_dataclass(settings) and not isinstance(settings, type)
    return asdict(settings) if is_settings else settings
