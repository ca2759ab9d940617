"""What an engine answers: lists in order, and what a score is made of."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from recommendations.engine.histories import Positions, Scores
from recommendations.engine.interactions import Ids


@dataclass(frozen=True, eq=False)
class Ranked:
    """Ids and scores, best first, ties by id, and the item of the history that speaks most for
    each."""

    items: Ids
    scores: Scores
    because: Ids


@dataclass(frozen=True, eq=False)
class Rankings:
    """The `Ranked` of several, one after the other; `owners` says whose each place is."""

    owners: Positions
    items: Ids
    scores: Scores
    because: Ids

    def where(self, chosen: NDArray[np.bool_]) -> "Rankings":
        return Rankings(
            self.owners[chosen], self.items[chosen], self.scores[chosen], self.because[chosen]
        )

    def of_each(self, number: int) -> list[Ranked]:
        """The lists of the owners 0 … number − 1."""
        bounds = np.searchsorted(self.owners, np.arange(number + 1)).tolist()
        return [
            Ranked(self.items[start:stop], self.scores[start:stop], self.because[start:stop])
            for start, stop in pairwise(bounds)
        ]


@dataclass(frozen=True, eq=False)
class Contribution:
    """How much each item of a history adds to one item's score; they sum to the score."""

    items: Ids
    amounts: Scores
