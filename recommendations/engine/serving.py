"""Answering with a fitted graph: one sparse product with what somebody did.

Nothing here needs the compiler or a stored person: a history is a few rows of the graph, added up.
The arrays may be memory-mapped and shared between processes; a request copies only its own rows.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from recommendations.engine.interactions import Floats, Ids
from recommendations.engine.newcomers import Newcomers
from recommendations.engine.ranking import ascending, places_among, top_k

Scores = NDArray[np.float64]
Positions = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class History:
    """What a person, a basket or a session did: ids of items and how much each counts."""

    items: Ids
    weights: Scores

    @classmethod
    def of(cls, items: ArrayLike, weights: ArrayLike | None = None) -> "History":
        ids = np.asarray(items, np.int64).reshape(-1)
        return cls(ids, np.ones(ids.size) if weights is None else np.asarray(weights, np.float64))


@dataclass(frozen=True, eq=False)
class Ranked:
    """Ids and scores, best first, ties by id, and the item of the history that speaks most for
    each."""

    items: Ids
    scores: Scores
    because: Ids


@dataclass(frozen=True, eq=False)
class Contribution:
    """How much each item of a history adds to one item's score; they sum to the score."""

    items: Ids
    amounts: Scores


@dataclass(frozen=True, eq=False)
class ServedGraph:
    """`items` (I,) ascending ids and `edges` (I, I), with items that came after the fit.

    Positions 0 … I−1 are the fitted items, I … the newcomers.
    """

    items: Ids
    edges: csr_array
    newcomers: Newcomers = field(default_factory=Newcomers.nobody)

    @property
    def ids(self) -> Ids:
        """(I + N,) the id at each position."""
        return np.concatenate([self.items, self.newcomers.items])

    def live_mask(self, live: ArrayLike) -> NDArray[np.bool_]:
        """(I + N,) which positions may be shown, from live ids; an ended one is set to False."""
        return np.isin(self.ids, np.asarray(live, np.int64))

    def scores(self, history: History) -> Scores:
        """(I + N,) the score of every item; 0 where the history says nothing."""
        positions, scores, _ = self._spoken_for(history)
        everywhere = np.bincount(positions, scores, minlength=self.ids.size)
        return everywhere.astype(np.float64, copy=False)

    def top_items(
        self,
        history: History,
        k: int,
        *,
        exclude: ArrayLike = (),
        live: NDArray[np.bool_] | None = None,
    ) -> Ranked:
        """The k best items the history speaks for (score > 0), without its own and `exclude`.

        `live` (I + N,) marks what may be shown (see `live_mask`); there may be fewer than k.
        """
        positions, scores, because = self._spoken_for(history)
        shown = scores > 0
        if live is not None:
            shown &= live[positions]
        hidden = np.concatenate([history.items, np.asarray(exclude, np.int64).reshape(-1)])
        at = places_among(positions, self._positions(hidden))
        shown[at[at >= 0]] = False
        chosen = np.flatnonzero(shown)
        if self.newcomers.items.size:  # whose ids may lie among the fitted ones
            chosen = chosen[np.argsort(self._ids_at(positions[chosen]))]
        best = chosen[top_k(scores[chosen], k)]
        return Ranked(self._ids_at(positions[best]), scores[best], self._ids_at(because[best]))

    def contributions(self, history: History, item: int) -> Contribution:
        """What of the history speaks for `item`, most first; nothing if the item is unknown."""
        positions, weights = self._known(history)
        at = self._positions(np.array([item]))
        if not at.size:
            return Contribution(np.empty(0, np.int64), np.empty(0))
        columns, values, owners = self._edges_of(positions, weights)
        met = columns == at[0]
        amounts = np.bincount(owners[met], values[met], minlength=positions.size)
        order = np.lexsort((positions, -amounts))
        order = order[amounts[order] != 0]
        return Contribution(self._ids_at(positions)[order], amounts[order])

    def fitted(self, history: History) -> tuple[Positions, Scores]:
        """Ascending positions of what of a history was there at the fit, and the weights."""
        positions, weights = self._known(history)
        old = positions < self.items.size
        return positions[old], weights[old]

    def alikeness(self, items: Ids) -> Scores:
        """(C, C) how alike these items are: the share of the strongest edge of either's row."""
        places = self._places_of(items)
        found = np.flatnonzero(places >= 0)
        positions = places[found]
        columns, values, owners = self._edges_of(positions, np.ones(positions.size))
        rows = found[owners]
        strongest = np.zeros(items.size)
        np.maximum.at(strongest, rows, values)
        order = np.argsort(positions)
        at = order[np.searchsorted(positions[order], columns).clip(max=positions.size - 1)]
        inside = positions[at] == columns
        alike = np.zeros((items.size, items.size))
        alike[rows[inside], found[at[inside]]] = values[inside]
        alike = (alike / np.where(strongest > 0, strongest, 1)[:, None]).clip(0, 1)
        likeness: Scores = np.maximum(alike, alike.T)
        return likeness

    def _known(self, history: History) -> tuple[Positions, Scores]:
        """Ascending positions of those items of a history the model knows, and their weights."""
        positions = self._places_of(history.items)
        known = np.flatnonzero(positions >= 0)
        order = known[np.argsort(positions[known])]
        return positions[order], history.weights[order]

    def _positions(self, ids: Ids) -> Positions:
        """Positions of the ids that are known, in order, others left out."""
        positions = self._places_of(ids)
        return positions[positions >= 0]

    def _places_of(self, ids: Ids) -> Positions:
        """The position of each id, −1 of those that are not known."""
        fitted = places_among(self.items, ids)
        if not self.newcomers.items.size:
            return fitted
        newcomer = places_among(self.newcomers.items, ids)
        return np.where(newcomer >= 0, newcomer + self.items.size, fitted)

    def _ids_at(self, positions: Positions) -> Ids:
        size = self.items.size
        ids = np.empty(positions.size, np.int64)
        old = positions < size
        ids[old] = self.items[positions[old]]
        ids[~old] = self.newcomers.items[positions[~old] - size]
        return ids

    def _spoken_for(self, history: History) -> tuple[Positions, Scores, Positions]:
        """Ascending positions of the items the history has edges to, their scores, and where of
        the history the largest part of each comes from.

        Only those are touched: adding up a few thousand edges costs less than one pass over a
        catalogue.
        """
        positions, weights = self._known(history)
        columns, amounts, owners = self._edges_of(positions, weights)
        if not columns.size:
            return columns, amounts, columns
        order = ascending(columns)
        columns, amounts, owners = columns[order], amounts[order], owners[order]
        is_first = np.append(True, columns[1:] != columns[:-1])
        group = is_first.cumsum() - 1
        scores = np.bincount(group, amounts).astype(np.float64, copy=False)
        largest = np.full(scores.size, -np.inf)
        np.maximum.at(largest, group, amounts)
        speakers = np.flatnonzero(amounts == largest[group])[::-1]
        speaker = np.empty(scores.size, np.int64)
        speaker[group[speakers]] = speakers  # of equals the first: it is written last
        return columns[is_first], scores, positions[owners[speaker]]

    def _edges_of(
        self, positions: Positions, weights: Scores
    ) -> tuple[Positions, Scores, Positions]:
        """Columns and weighted values of the rows at `positions`, and whose each is: a place in
        `positions`."""
        size = self.items.size
        old, new = np.flatnonzero(positions < size), np.flatnonzero(positions >= size)
        parts = [_rows_of(self.edges, positions, old)]
        if self.newcomers.items.size:
            parts += [
                _rows_of(self.newcomers.of_fitted, positions, old, columns_from=size),
                _rows_of(self.newcomers.rows, positions, new, rows_from=size),
            ]
        columns, values, owners = map(np.concatenate, zip(*parts, strict=True))
        return columns, values * weights[owners], owners


def _rows_of(
    matrix: csr_array,
    positions: Positions,
    chosen: Positions,
    *,
    rows_from: int = 0,
    columns_from: int = 0,
) -> tuple[Positions, Floats, Positions]:
    """Columns and values of the rows at the `chosen` of `positions`, and whose each is."""
    rows = positions[chosen] - rows_from
    starts = matrix.indptr[rows].astype(np.int64)
    lengths = matrix.indptr[rows + 1] - starts
    owners = np.repeat(np.arange(rows.size), lengths)
    at = np.arange(owners.size) + (starts - np.cumsum(lengths) + lengths)[owners]
    return matrix.indices[at].astype(np.int64) + columns_from, matrix.data[at], chosen[owners]
