"""Judging on the marketplace's own past: train until T, judge by what people did next.

Imported by name, as `training`: fitting brings a compiler along.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np

from recommendations.engine.comparison import compared
from recommendations.engine.errors import EngineError
from recommendations.engine.families import Material
from recommendations.engine.metrics import Judged, summarise
from recommendations.engine.models import Popularity
from recommendations.engine.recipes import ALGORITHMS, Recipe, recipe_of
from recommendations.engine.splits import Holdout
from recommendations.models import TrainedModel
from recommendations.services.evidence import read_marketplace
from recommendations.services.registry import model_in_use
from recommendations.services.training import FittedGraph, judged, split_past
from recsys.lib.commands import Progress, no_progress
from recsys.lib.errors import Conflict, InvalidInput, NotFound

__all__ = ["hold_contest"]

POPULAR = "popular"
NEW_PEOPLE_DID = 2
"""Whoever did so little before T counts as new."""


@dataclass(frozen=True, eq=False)
class Contestant:
    name: str
    judged: Judged


def hold_contest(
    *,
    now: datetime,
    names: Sequence[str] = (),
    places: int = 20,
    seed: int = 0,
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """Judge versions, or algorithms by name, on one split of the past, beside what is popular.

    By default the model in use. Each is fitted anew on the part before T; where two are named,
    the report says by how much the first is better, with a bootstrap over people. Per segment:
    people who had done little, and people who went for items that nobody had touched.
    NotFound: no such version or algorithm. Conflict: nothing to judge by. InvalidInput: the
    recipe is of another version of this program.
    """
    recipes = _recipes(names)
    split = split_past(read_marketplace(now))
    contestants = []
    for done, (name, recipe) in enumerate(recipes.items(), start=1):
        graph = FittedGraph.of(recipe, Material(split.train, seed, split.live)).graph
        contestants.append(Contestant(name, judged(graph, split, places)))
        progress(done, len(recipes) + 1)
    popular = judged(Popularity.fit(split.train), split, places)
    progress(len(recipes) + 1, len(recipes) + 1)
    everybody = [*contestants, Contestant(POPULAR, popular)]
    return {
        "k": places,
        "people": int(popular.people.size),
        "live": int(split.live.sum()) if split.live is not None else 0,
        "models": {each.name: _figures(each.judged, split) for each in everybody},
        "comparison": _comparison(everybody, seed),
    }


def _recipes(names: Sequence[str]) -> Mapping[str, Recipe]:
    if not names:
        used = model_in_use()
        if used is None:
            raise Conflict("No model is in use: name a version or an algorithm.")
        names = [used.version]
    return {name: _recipe(name) for name in names}


def _recipe(name: str) -> Recipe:
    if name in ALGORITHMS:
        return ALGORITHMS[name]
    model = TrainedModel.objects.filter(version=name).first()
    if model is None:
        raise NotFound(f"There is no model {name}, nor an algorithm of that name.")
    try:
        return recipe_of(model.parameters)
    except EngineError as error:
        raise InvalidInput(error.detail, code=error.reason) from error


def _figures(judged: Judged, split: Holdout) -> dict[str, Any]:
    done = np.diff(split.train.matrix.indptr)[judged.people]
    new_items = ~split.train.touched()
    test = split.test[judged.people]
    rows = np.repeat(np.arange(judged.people.size), np.diff(test.indptr))
    went_for_new = np.zeros(judged.people.size, np.bool_)
    went_for_new[rows[new_items[test.indices]]] = True
    segments = {"new_people": done <= NEW_PEOPLE_DID, "new_items": went_for_new}
    return {
        **summarise(judged, split.train).as_dict(),
        "segments": {
            name: {
                "people": int(chosen.sum()),
                "recall": float(judged.recall[chosen].mean()) if chosen.any() else 0.0,
                "ndcg": float(judged.ndcg[chosen].mean()) if chosen.any() else 0.0,
            }
            for name, chosen in segments.items()
        },
    }


def _comparison(contestants: Sequence[Contestant], seed: int) -> dict[str, Any]:
    first, second, *_ = contestants
    found = compared(first.judged.ndcg, second.judged.ndcg, seed)
    return {"of": first.name, "against": second.name, "ndcg": asdict(found)}
