"""Answering with a fitted graph: one sparse product with what somebody did.

Nothing here needs the compiler or a stored person: a history is a few rows of the graph, added up.
The arrays may be memory-mapped and shared between processes; a request copies only its own rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from recommendations.engine.histories import Histories, History, Positions, Scores
from recommendations.engine.interactions import Floats, Ids
from recommendations.engine.newcomers import Newcomers
from recommendations.engine.ranked import Contribution, Ranked, Rankings
from recommendations.engine.ranking import ascending, places_among, top_k

ITEMS_AT_ONCE = 512
"""Of histories: their edges fit the cache of a processor (fewer or more took longer), and the long
histories of many never fill the memory."""
SETS_AT_ONCE = 8
"""Whose edges are looked through together, for the same two reasons."""


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

    def knows(self, ids: Ids) -> NDArray[np.bool_]:
        """Which of these have edges: fitted items and newcomers."""
        return self._places_of(ids) >= 0

    def scores(self, history: History) -> Scores:
        """(I + N,) the score of every item; 0 where the history says nothing."""
        positions, scores, _ = self._spoken_for(Histories.of(history))
        everywhere = np.bincount(positions, scores, minlength=self._size)
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
        excluded = np.asarray(exclude, np.int64).reshape(-1)
        hidden = np.zeros(excluded.size, np.int64), excluded
        best = self._best_of(Histories.of(history), k, hidden, live)
        return Ranked(best.items, best.scores, best.because)

    def top_items_of(
        self, histories: Histories, k: int, *, exclude: tuple[Positions, Ids] | None = None
    ) -> Rankings:
        """The same for several at once; `exclude` are owners, ascending, and what each hides.

        What numpy does for one of them costs it hardly more for a few together.
        """
        owners, items = exclude or (np.empty(0, np.int64), np.empty(0, np.int64))
        parts = []
        for first, stop in pairwise(histories.cut(ITEMS_AT_ONCE)):
            own = slice(*np.searchsorted(owners, [first, stop]).tolist())
            some = histories.between(first, stop)
            best = self._best_of(some, k, (owners[own] - first, items[own]))
            parts.append((best.owners + first, best.items, best.scores, best.because))
        return Rankings(*map(np.concatenate, zip(*parts, strict=True)))

    def _best_of(
        self,
        histories: Histories,
        k: int,
        exclude: tuple[Positions, Ids],
        live: NDArray[np.bool_] | None = None,
    ) -> Rankings:
        keys, scores, because = self._spoken_for(histories)
        owners, positions = np.divmod(keys, self._size)
        shown = scores > 0
        if live is not None:
            shown &= live[positions]
        for hiding, hidden in (exclude, (histories.owners, histories.items)):
            at = places_among(keys, self._keys(hiding, hidden))
            shown[at[at >= 0]] = False
        chosen = np.flatnonzero(shown)
        if self.newcomers.items.size:  # whose ids may lie among the fitted ones
            chosen = chosen[np.lexsort((self._ids_at(positions[chosen]), owners[chosen]))]
        spans = np.searchsorted(owners[chosen], np.arange(histories.number + 1)).tolist()
        best = np.concatenate(
            [
                np.empty(0, np.int64),
                *(start + top_k(scores[chosen[start:stop]], k) for start, stop in pairwise(spans)),
            ]
        )
        best = chosen[best]
        items, speaking = self._ids_at(positions[best]), self._ids_at(because[best])
        return Rankings(owners[best], items, scores[best], speaking)

    def contributions(self, history: History, item: int) -> Contribution:
        """What of the history speaks for `item`, most first; nothing if the item is unknown."""
        _, positions, weights = self._known(Histories.of(history))
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
        _, positions, weights = self._known(Histories.of(history))
        old = positions < self.items.size
        return positions[old], weights[old]

    def alikeness(self, sets: Sequence[Ids]) -> Iterator[Scores]:
        """For each set of items (C, C) how alike they are: the share of the strongest edge of
        either's row."""
        for first in range(0, len(sets), SETS_AT_ONCE):
            yield from self._alikeness_of(sets[first : first + SETS_AT_ONCE])

    def _alikeness_of(self, sets: Sequence[Ids]) -> Iterator[Scores]:
        ids, sizes = np.concatenate(sets), np.array([each.size for each in sets])
        owners = np.repeat(np.arange(sizes.size), sizes)
        rows, others, shares = self._shares_among(owners, ids)
        starts, squares = np.cumsum(sizes) - sizes, sizes**2
        owners = owners[rows]
        at = (rows - starts[owners]) * sizes[owners] + others - starts[owners]
        alike = np.zeros(squares.sum())
        alike[at + (np.cumsum(squares) - squares)[owners]] = shares
        for shares, size in zip(np.split(alike, np.cumsum(squares)[:-1]), sizes, strict=True):
            square = shares.reshape(size, size)
            yield np.maximum(square, square.T)

    def _shares_among(self, owners: Positions, ids: Ids) -> tuple[Positions, Positions, Scores]:
        """The edges between items of one owner: from and to which place of `ids`, and the share
        of the strongest edge of the row."""
        places = self._places_of(ids)
        found = np.flatnonzero(places >= 0)
        columns, values, rows = self._edges_of(places[found], np.ones(found.size))
        rows = found[rows]
        strongest = np.zeros(ids.size)
        np.maximum.at(strongest, rows, values)
        asked = np.zeros(self._size, np.bool_)  # a look costs less than a search for each edge
        asked[places[found]] = True
        inside = np.flatnonzero(asked[columns])
        columns, values, rows = columns[inside], values[inside], rows[inside]
        keys = owners[found] * self._size + places[found]
        order = np.argsort(keys)
        at = places_among(keys[order], owners[rows] * self._size + columns)
        values, rows = values[at >= 0], rows[at >= 0]
        shares = values / np.where(strongest > 0, strongest, 1)[rows]
        return rows, found[order[at[at >= 0]]], shares.clip(0, 1)

    @property
    def _size(self) -> int:
        return self.items.size + self.newcomers.items.size

    def _known(self, histories: Histories) -> tuple[Positions, Positions, Scores]:
        """Owners, positions and weights of what the model knows, ascending by both."""
        positions = self._places_of(histories.items)
        known = np.flatnonzero(positions >= 0)
        keys = histories.owners[known] * self._size + positions[known]
        order = known[ascending(keys)]
        return histories.owners[order], positions[order], histories.weights[order]

    def _keys(self, owners: Positions, ids: Ids) -> Positions:
        """One number for an owner and the position of an id; ids that are not known left out."""
        positions = self._places_of(ids)
        known = positions >= 0
        return owners[known] * self._size + positions[known]

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

    def _spoken_for(self, histories: Histories) -> tuple[Positions, Scores, Positions]:
        """Of all items a history has edges to: owner · size + position, ascending, the score, and
        the position of what of the history the largest part of it comes from.

        Only those are touched: adding up a few thousand edges costs less than one pass over a
        catalogue.
        """
        whose, positions, weights = self._known(histories)
        columns, amounts, owners = self._edges_of(positions, weights)
        if not columns.size:
            return columns, amounts, columns
        columns += whose[owners] * self._size
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
