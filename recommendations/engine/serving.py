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
from recommendations.engine.ranking import top_k

Scores = NDArray[np.float64]


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
    """Ids and scores, best first, ties by id."""

    items: Ids
    scores: Scores


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
        positions, scores = self._spoken_for(history)
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
        positions, scores = self._spoken_for(history)
        shown = scores > 0
        if live is not None:
            shown &= live[positions]
        hidden = np.concatenate([history.items, np.asarray(exclude, np.int64).reshape(-1)])
        shown &= ~np.isin(positions, self._positions(hidden))
        ids, scores = self._ids_at(positions[shown]), scores[shown]
        if self.newcomers.items.size:  # whose ids may lie among the fitted ones
            by_id = np.argsort(ids)
            ids, scores = ids[by_id], scores[by_id]
        best = top_k(scores, k)
        return Ranked(ids[best], scores[best])

    def contributions(self, history: History, item: int) -> Contribution:
        """What of the history speaks for `item`, most first; nothing if the item is unknown."""
        positions, weights = self._known(history)
        at = self._positions(np.array([item]))
        if not at.size:
            return Contribution(np.empty(0, np.int64), np.empty(0))
        amounts = weights * self._edges_to(int(at[0]), positions)
        order = np.lexsort((positions, -amounts))
        order = order[amounts[order] != 0]
        return Contribution(self._ids_at(positions)[order], amounts[order])

    def strongest(self, history: History, items: Ids) -> Ids:
        """For each of `items` what of the history speaks most for it; −1 where nothing does."""
        positions, weights = self._known(history)
        columns, values, owners = self._edges_of(positions, weights)
        sources = positions[owners]
        at = self._positions(items)
        chosen = np.flatnonzero(np.isin(columns, at) & (values > 0))
        weakest_first = chosen[np.lexsort((-sources[chosen], values[chosen]))]
        best = dict(
            zip(columns[weakest_first].tolist(), sources[weakest_first].tolist(), strict=True)
        )
        named = self._ids_at(np.array([best.get(column, 0) for column in at.tolist()], np.int64))
        is_newcomer = at >= self.items.size
        known = np.array([column in best for column in at.tolist()], np.bool_)
        for place in np.flatnonzero(is_newcomer).tolist():
            spoke = self.contributions(history, int(items[place])).items
            named[place], known[place] = (spoke[0], True) if spoke.size else (-1, False)
        return np.where(known, named, -1)

    def alikeness(self, items: Ids) -> Scores:
        """(C, C) how alike these items are: the share of the strongest edge of either's row."""
        positions = self._positions(items)
        found = np.isin(items, self.ids)
        columns, values, owners = self._edges_of(positions, np.ones(positions.size))
        rows = np.flatnonzero(found)[owners]
        strongest = np.zeros(items.size)
        np.maximum.at(strongest, rows, values)
        order = np.argsort(positions)
        at = order[np.searchsorted(positions[order], columns).clip(max=positions.size - 1)]
        inside = positions[at] == columns
        alike = np.zeros((items.size, items.size))
        alike[rows[inside], np.flatnonzero(found)[at[inside]]] = values[inside]
        alike = (alike / np.where(strongest > 0, strongest, 1)[:, None]).clip(0, 1)
        likeness: Scores = np.maximum(alike, alike.T)
        return likeness

    def _known(self, history: History) -> tuple[NDArray[np.int64], Scores]:
        """Positions and weights of those items of a history the model knows."""
        known = np.isin(history.items, self.newcomers.items)
        at = np.minimum(np.searchsorted(self.items, history.items), max(self.items.size - 1, 0))
        if self.items.size:
            known |= self.items[at] == history.items
        return self._positions(history.items[known]), history.weights[known]

    def _positions(self, ids: Ids) -> NDArray[np.int64]:
        """Positions of the ids that are known, in order, others left out."""
        parts = []
        for known, offset in ((self.items, 0), (self.newcomers.items, self.items.size)):
            at = np.searchsorted(known, ids)
            found = at < known.size
            found[found] = known[at[found]] == ids[found]
            parts.append(np.where(found, at + offset, -1))
        position = np.maximum(*parts)
        return position[position >= 0]

    def _ids_at(self, positions: NDArray[np.int64]) -> Ids:
        size = self.items.size
        ids = np.empty(positions.size, np.int64)
        old = positions < size
        ids[old] = self.items[positions[old]]
        ids[~old] = self.newcomers.items[positions[~old] - size]
        return ids

    def _spoken_for(self, history: History) -> tuple[NDArray[np.int64], Scores]:
        """Ascending positions of the items the history has edges to, and their scores.

        Only those are touched: adding up a few thousand edges costs less than one pass over a
        catalogue.
        """
        positions, weights = self._known(history)
        columns, amounts, _ = self._edges_of(positions, weights)
        order = np.argsort(columns, kind="stable")
        columns = columns[order]
        starts = np.flatnonzero(np.diff(columns, prepend=-1))
        scores = np.add.reduceat(amounts[order], starts) if starts.size else np.empty(0)
        newest = self._scores_of_newcomers(positions, weights)
        at_newest = np.arange(self.items.size, self.items.size + newest.size)
        return np.concatenate([columns[starts], at_newest]), np.concatenate([scores, newest])

    def _edges_of(
        self, positions: NDArray[np.int64], weights: Scores
    ) -> tuple[NDArray[np.int64], Scores, NDArray[np.int64]]:
        """Columns and weighted values of the rows at `positions`, and whose each is: a place in
        `positions`."""
        old = np.flatnonzero(positions < self.items.size)
        new = np.flatnonzero(positions >= self.items.size)
        parts = [
            (*_rows_of(self.edges, positions[old]), old),
            (*_rows_of(self.newcomers.rows, positions[new] - self.items.size), new),
        ]
        columns, values, owners = (
            np.concatenate(each)
            for each in zip(*((part[0], part[1], part[3][part[2]]) for part in parts), strict=True)
        )
        return columns, values * weights[owners], owners

    def _scores_of_newcomers(self, positions: NDArray[np.int64], weights: Scores) -> Scores:
        if not self.newcomers.items.size:
            return np.empty(0)
        old = positions < self.items.size
        history = np.bincount(positions[old], weights[old], minlength=self.items.size)
        return np.asarray(self.newcomers.columns @ history, np.float64)

    def _edges_to(self, target: int, positions: NDArray[np.int64]) -> Scores:
        """The weight of the edge from each of `positions` to the one at `target`, or 0."""
        if target < self.items.size:
            columns, values, owners = self._edges_of(positions, np.ones(positions.size))
            met = columns == target
            edges = np.bincount(owners[met], values[met], minlength=positions.size)
            return edges.astype(np.float64, copy=False)
        said = self.newcomers.columns[[target - self.items.size]].toarray()[0]
        return np.append(said, np.zeros(self.newcomers.items.size))[positions].astype(np.float64)


def _rows_of(
    matrix: csr_array, rows: NDArray[np.int64]
) -> tuple[NDArray[np.int32], Floats, NDArray[np.int64]]:
    """Columns and values of these rows, one after another, and which of them each is of."""
    starts = matrix.indptr[rows].astype(np.int64)
    lengths = matrix.indptr[rows + 1] - starts
    owners = np.repeat(np.arange(rows.size), lengths)
    at = np.arange(owners.size) + (starts - np.cumsum(lengths) + lengths)[owners]
    return matrix.indices[at], matrix.data[at], owners
