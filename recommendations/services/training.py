"""Training: from what people did to a version that serves, if it deserves to.

Imported by name, not through the package: fitting brings a compiler along, which a web process
must not load at its start.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from recommendations.engine.artifact import write_artifact
from recommendations.engine.blend import distilled, mean_spreads
from recommendations.engine.errors import EngineError
from recommendations.engine.families import Material
from recommendations.engine.interactions import Interactions
from recommendations.engine.metrics import Judged, judge, summarise
from recommendations.engine.models import Graph, Popularity
from recommendations.engine.newcomers import AttributeIndex
from recommendations.engine.recipes import ALGORITHMS, Recipe, recipe_of
from recommendations.engine.selection import select
from recommendations.engine.splits import Holdout, own_past
from recommendations.models import TrainedModel
from recommendations.services.evidence import Marketplace, read_marketplace
from recommendations.services.registry import (
    model_in_use,
    models_directory,
    promote_model,
    sweep_models,
)
from recsys.lib.commands import Progress, no_progress
from recsys.lib.errors import Conflict, InvalidInput

__all__ = ["BLEND", "train_model"]

logger = logging.getLogger(__name__)

BLEND = "blend"
STEPS = 5
"""Reading, choosing, judging, fitting, writing."""
HISTORIES = 256
"""So many people's histories tell how far the scores of each model spread."""


def train_model(
    *,
    now: datetime,
    algorithm: str | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
) -> dict[str, Any]:
    """Learn from the marketplace, judge on its latest part, write a version, promote the better.

    Promoted is what beats "popular among the live" and is not more than RECSYS_MODELS_MAY_LOSE
    behind the model in use: both are fitted on the same part of the past and judged on the same
    rest of it. InvalidInput: no such algorithm; Conflict: there is nothing to learn from.
    Report: version, promoted, reason, metrics.
    """
    algorithm = algorithm or settings.RECSYS_ALGORITHM
    check_algorithm(algorithm)
    market = read_marketplace(now)
    split = split_past(market)
    progress(1, STEPS)
    recipe = recipe_for(algorithm, split, market.open_until, seed)
    progress(2, STEPS)
    verdict = Verdict.of(recipe, split, seed)
    progress(3, STEPS)
    material = Material(market.data, seed, market.open_until > now.timestamp())
    fitted = FittedGraph.of(recipe, material)
    progress(4, STEPS)
    model = _write(fitted, market.data, algorithm, recipe, verdict.metrics, now)
    reason = verdict.objection
    if reason is None:
        promote_model(version=model.version, now=now)
    sweep_models()
    progress(STEPS, STEPS)
    logger.info("trained %s: %s", model.version, reason or "promoted")
    return {
        "version": model.version,
        "promoted": reason is None,
        "reason": reason or "better",
        **verdict.metrics,
    }


def split_past(market: Marketplace) -> Holdout:
    """Its past until T, and what people did next. Conflict: there is nothing to learn from."""
    if not market.data.matrix.nnz:
        raise Conflict("Nobody has done anything yet.", code="nothing_to_learn")
    return own_past(market.data, settings.RECSYS_JUDGED_SHARE, market.open_until)


def check_algorithm(name: str) -> None:
    known = [BLEND, *ALGORITHMS]
    if name not in known:
        raise InvalidInput(
            f"There is no algorithm {name}; there are {', '.join(known)}.",
            fields={"algorithm": ["Unknown."]},
        )


def recipe_for(
    algorithm: str, split: Holdout, open_until: NDArray[np.float64], seed: int
) -> Recipe:
    """The named recipe; `blend` is searched for inside the training part.

    Beyond RECSYS_MOST_TO_SEARCH interactions the search would take hours, and the two graphs with
    equal weights, the safe blend, are taken without one.
    """
    if algorithm != BLEND:
        return ALGORITHMS[algorithm]
    if split.train.matrix.nnz > settings.RECSYS_MOST_TO_SEARCH:
        return ALGORITHMS["graphs"]
    inner = own_past(split.train, settings.RECSYS_JUDGED_SHARE, open_until)
    splits = [inner] if inner.test.nnz else None
    recipe = select(split.train, seed, splits).recipe()
    return recipe if recipe.parts else ALGORITHMS["item-graph"]


@dataclass(frozen=True, eq=False)
class FittedGraph:
    """What serves: one graph, and what it takes to place items that come later."""

    graph: Graph
    index: AttributeIndex

    @classmethod
    def of(cls, recipe: Recipe, on: Material) -> "FittedGraph":
        blend = recipe.fit(on)
        histories = on.data.matrix[_some(on.data, on.seed)]
        graph = distilled(blend, histories, settings.RECSYS_NEIGHBOURS, on.live)
        places = recipe.for_newcomers()
        scale = float(np.mean(1 / mean_spreads(blend.models, histories)))
        return cls(graph, AttributeIndex.of(on.data, places, scale))


def _some(data: Interactions, seed: int) -> NDArray[np.int64]:
    size = data.people.size
    rng = np.random.default_rng(seed)
    return np.sort(rng.choice(size, min(size, HISTORIES), replace=False))


@dataclass(frozen=True, eq=False)
class Verdict:
    """How a recipe did on the marketplace's own past, and what speaks against promoting it."""

    metrics: dict[str, float]
    objection: str | None

    @classmethod
    def of(cls, recipe: Recipe, split: Holdout, seed: int) -> "Verdict":
        on = Material(split.train, seed, split.live)
        ours = judged(FittedGraph.of(recipe, on).graph, split)
        popular = judged(Popularity.fit(split.train), split)
        current = _in_use(recipe, on, split, ours)
        metrics = {
            **summarise(ours, split.train).as_dict(),
            "ndcg_popular": float(popular.ndcg.mean()) if popular.people.size else 0.0,
        }
        if current is not None:
            metrics["ndcg_in_use"] = float(current.ndcg.mean()) if current.people.size else 0.0
        return cls(metrics, objection(metrics))


def judged(model: Any, split: Holdout, places: int = 20) -> Judged:
    """Its lists of so many places against what people did next, among what was live then."""
    return judge(model, split.train.matrix, split.test, k=places, live=split.live)


def _in_use(recipe: Recipe, on: Material, split: Holdout, ours: Judged) -> Judged | None:
    """The model in use on the same split, or nothing where it cannot be fitted again."""
    model = model_in_use()
    if model is None:
        return None
    try:
        used = recipe_of(model.parameters)
    except EngineError as error:
        logger.warning("%s cannot be compared with: %s", model.version, error.detail)
        return None
    return ours if used == recipe else judged(FittedGraph.of(used, on).graph, split)


def objection(metrics: dict[str, float]) -> str | None:
    """Why a version must not serve; nothing where it may."""
    if not metrics["people"]:
        return "nobody_to_judge_by"
    if metrics["ndcg"] <= metrics["ndcg_popular"]:
        return "no_better_than_popular"
    least = (1 - settings.RECSYS_MODELS_MAY_LOSE) * metrics.get("ndcg_in_use", 0)
    return "behind_the_model_in_use" if metrics["ndcg"] < least else None


def _write(  # noqa: PLR0913, PLR0917 (what a version consists of)
    fitted: FittedGraph,
    data: Interactions,
    algorithm: str,
    recipe: Recipe,
    metrics: dict[str, float],
    now: datetime,
) -> TrainedModel:
    version = f"{now:%Y%m%d-%H%M%S}-{uuid4().hex[:6]}"
    first, last = _window(data)
    about = {
        "version": version, "algorithm": algorithm, "parameters": recipe.as_dict(),
        "data_from": first.isoformat(), "data_until": last.isoformat(), "metrics": metrics,
    }  # fmt: skip
    written = write_artifact(
        models_directory(), version, data.items, fitted.graph.edges, fitted.index, about
    )
    return TrainedModel.objects.create(
        version=version,
        algorithm=algorithm,
        parameters=recipe.as_dict(),
        data_from=first,
        data_until=last,
        metrics=metrics,
        sha256=written.sha256,
        size=written.size,
        trained_at=now,
    )


def _window(data: Interactions) -> tuple[datetime, datetime]:
    assert data.times is not None  # noqa: S101 (the database knows when)
    first, last = float(data.times.min()), float(data.times.max())
    return datetime.fromtimestamp(first, UTC), datetime.fromtimestamp(last, UTC)
