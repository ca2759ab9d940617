"""The graph of the model in use, held by each process and shared through the page cache.

A promoted version is read and checked by a thread of its own while the former one goes on
serving: no request waits for it, and no process restarts. A version that cannot be read is named
in the log and passed over; the one before it serves, and without any the formulas do.
"""

import logging
from dataclasses import replace
from datetime import datetime
from threading import Lock, Thread
from time import monotonic

import numpy as np
from django.conf import settings
from django.db import Error, connection
from django.utils import timezone
from numpy.typing import ArrayLike, NDArray

from inventory.queries import live_items
from recommendations import cache
from recommendations.data import Family
from recommendations.engine.errors import EngineError
from recommendations.engine.histories import History
from recommendations.engine.interactions import Ids
from recommendations.engine.newcomers import AttributeIndex
from recommendations.engine.ranking import places_among
from recommendations.engine.serving import ServedGraph
from recommendations.models import TrainedModel
from recommendations.services.evidence import read_statements
from recommendations.services.registry import PROMOTED_KEPT, artifact_of

__all__ = ["HeldModel", "ModelKeeper", "keeper"]

logger = logging.getLogger(__name__)

REFUSED_SECONDS = 60.0
"""So long a version that could not be read is passed over; then its files may be back."""
MOST_NEWCOMERS = 2_000
"""The latest so many items that came after the fit; a nightly fit takes them in."""


class HeldModel:
    """A model as it serves: its graph, with the items that were published since the fit."""

    def __init__(self, version: str, graph: ServedGraph, index: AttributeIndex) -> None:
        self.version = version
        self._graph, self._index = graph, index
        self._looked_at = -np.inf

    def graph(self, now: datetime) -> ServedGraph:
        """With newcomers as of a few seconds ago."""
        if monotonic() - self._looked_at >= settings.RECSYS_NEWCOMERS_SECONDS:
            self._looked_at = monotonic()
            newest = live_items(now).order_by("-pk").filter(pk__gt=self._last_fitted)
            self._place(list(newest.values_list("pk", flat=True)[:MOST_NEWCOMERS]))
        return self._graph

    def graph_with(self, item_ids: Ids, now: datetime) -> ServedGraph:
        """Knowing these items, too, should they be so new that nobody has looked yet."""
        graph = self.graph(now)
        if not graph.knows(item_ids).all():
            self._place([*item_ids.tolist(), *graph.newcomers.items.tolist()])
        return self._graph

    def said_for(
        self, history: History, keys: ArrayLike, weights: ArrayLike
    ) -> NDArray[np.float64]:
        """How much each attribute of an item adds to its score by the item graph."""
        return self._index.said_for(self._graph.fitted(history), keys, weights)

    @property
    def _last_fitted(self) -> int:
        return int(self._graph.items[-1]) if self._graph.items.size else 0

    def _place(self, ids: list[int]) -> None:
        """One assignment at the end: other threads see the former graph or the whole new one."""
        asked = np.unique(np.array(ids, np.int64))
        newcomers = asked[places_among(self._graph.items, asked) < 0]
        if not np.array_equal(newcomers, self._graph.newcomers.items):
            said = read_statements(newcomers.tolist())
            placed = self._index.place_all(said.items, said.keys, said.weights, among=newcomers)
            self._graph = replace(self._graph, newcomers=placed)


class ModelKeeper:
    def __init__(self) -> None:
        self._lock = Lock()
        self._held: HeldModel | None = None
        self._refused: dict[tuple[str, datetime | None], float] = {}
        self._is_regained = False
        self.reader: Thread | None = None
        self.wanted: str | None = None
        """The version that should serve, as of the last time somebody asked."""

    def held(self, *, wait: bool) -> HeldModel | None:
        """The model in use; while it is being read the former one, or None for the formulas.

        With `wait`, for jobs and commands, it is read here and now.
        """
        promoted = list(TrainedModel.objects.promoted()[:PROMOTED_KEPT])
        wanted = self._first_sound(promoted)
        self.wanted = None if wanted is None else wanted.version
        if wanted is None:
            return None
        if self._held is None or self._held.version != wanted.version:
            self._read(promoted) if wait else self._read_aside(promoted)
        if self._is_regained:
            self._is_regained = False
            # What stood in for it while it could not be read is not to stay for a day.
            cache.outdate([Family.HOME, Family.SIMILAR], timezone.now())
        held = self._held
        return held if held and held.version in {each.version for each in promoted} else None

    def begin(self) -> None:
        """Read the model in use before anybody asks: for a process that has just started."""
        self.reader = Thread(target=self._begin, daemon=True)
        self.reader.start()

    @property
    def is_reading(self) -> bool:
        return self.reader is not None and self.reader.is_alive()

    def _begin(self) -> None:
        try:
            self.held(wait=True)
        except Error as error:  # the database is away; then whoever asks first has it read
            logger.warning("the model could not be read ahead: %s", error)
        finally:
            connection.close()

    def _first_sound(self, promoted: list[TrainedModel]) -> TrainedModel | None:
        return next((each for each in promoted if not self._is_refused(each)), None)

    def _is_refused(self, model: TrainedModel) -> bool:
        refused_at = self._refused.get(_mark(model), -np.inf)
        return monotonic() - refused_at < REFUSED_SECONDS

    def _read_aside(self, promoted: list[TrainedModel]) -> None:
        with self._lock:
            if not self.is_reading:
                self.reader = Thread(target=self._read, args=[promoted], daemon=True)
                self.reader.start()

    def _read(self, promoted: list[TrainedModel]) -> None:
        while (model := self._first_sound(promoted)) is not None:
            if self._held is not None and self._held.version == model.version:
                return
            try:
                artifact = artifact_of(model)
            except (EngineError, OSError) as error:
                logger.error("the model %s cannot serve: %s", model.version, error)
                self._refused[_mark(model)] = monotonic()
                continue
            graph = ServedGraph(artifact.items, artifact.edges)
            self._held = HeldModel(model.version, graph, artifact.index)
            self._is_regained = self._refused.pop(_mark(model), None) is not None
            return


def _mark(model: TrainedModel) -> tuple[str, datetime | None]:
    """Another promotion of a version that was refused is another chance."""
    return model.version, model.promoted_at


keeper = ModelKeeper()
