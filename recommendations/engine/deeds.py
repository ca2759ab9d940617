"""What people did, as columns, and what each deed says of a person's taste.

A deed of kind k that is t days old counts w_k · ½^(t / h_k), with a weight and a half-life per
kind; a person's deeds with one item add up. Some kinds exclude: who hid an item wants nothing of
it, whatever they did before.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recommendations.engine.interactions import WEIGHT_LIMIT, Ids, Interactions

DAY = 86_400


@dataclass(frozen=True)
class Evidence:
    """What one kind of deed says: its weight when fresh, and after how long it says half."""

    weight: float
    half_life_days: float = math.inf


EXCLUDES = Evidence(-WEIGHT_LIMIT)
"""Outweighs whatever else was done with the item."""


@dataclass(frozen=True, eq=False)
class Deeds:
    """Aligned columns, one place per deed: who, with what, which kind, when (seconds, UTC).

    `kinds` are positions in the caller's list of kinds.
    """

    people: Ids
    items: Ids
    kinds: NDArray[np.int64]
    seconds: Ids

    def __len__(self) -> int:
        return self.people.size

    def where(self, chosen: NDArray[Any] | slice) -> "Deeds":
        """Those at the chosen places, or where a mask is true."""
        return Deeds(
            self.people[chosen], self.items[chosen], self.kinds[chosen], self.seconds[chosen]
        )

    def weights(self, evidence: Sequence[Evidence], now: float) -> NDArray[np.float64]:
        """What each deed counts at `now` (seconds); `evidence` is by kind."""
        weight = np.array([each.weight for each in evidence])
        half_life = np.array([each.half_life_days for each in evidence])
        age = np.maximum(now - self.seconds, 0) / DAY
        counted: NDArray[np.float64] = weight[self.kinds] * 0.5 ** (age / half_life[self.kinds])
        return counted

    def interactions(
        self, evidence: Sequence[Evidence], now: float, catalogue: ArrayLike = ()
    ) -> Interactions:
        """People × items at `now`; `catalogue` names items nobody touched."""
        return Interactions.from_columns(
            self.people,
            self.items,
            self.weights(evidence, now),
            self.seconds,
            catalogue=catalogue,
        )


def together(parts: Sequence[Deeds]) -> Deeds:
    """All of them, one after another."""
    columns = [(part.people, part.items, part.kinds, part.seconds) for part in parts]
    return Deeds(*(np.concatenate(column) for column in zip(*columns, strict=True)))
