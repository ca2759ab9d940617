"""What is said of items, as columns: attributes join the graphs as pseudo-people.

An attribute is known by a 64-bit key of its words, so that a model keeps eight bytes of each and
an item that comes after the fit is still understood.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from recommendations.engine.interactions import Ids, Interactions

WORD = re.compile(r"[^\W\d_]{3,}|\w*\d\w*")
"""Three letters or more, or anything with a number in it (1989, b52)."""


@dataclass(frozen=True, eq=False)
class Statements:
    """Aligned columns: the key of an attribute, an item that has it, and how much that counts."""

    keys: Ids
    items: Ids
    weights: NDArray[np.float64]

    def __len__(self) -> int:
        return self.keys.size

    def where(self, chosen: NDArray[np.bool_]) -> "Statements":
        return Statements(self.keys[chosen], self.items[chosen], self.weights[chosen])

    def without_the_common(self, most_items: int) -> "Statements":
        """Without attributes that more than `most_items` have.

        They tell little apart, and the Gram costs the square of their number.
        """
        _, places, counts = np.unique(self.keys, return_inverse=True, return_counts=True)
        return self.where(counts[places] <= most_items)

    def said_of(self, data: Interactions) -> Interactions:
        """`data` with those of these statements that are about its items."""
        known = self.where(np.isin(self.items, data.items))
        return data.with_attributes(known.keys, known.items, known.weights)


def statements(
    rows: Iterable[tuple[str, NDArray[np.int64] | Sequence[int]]], weight: float
) -> Statements:
    """From (attribute in words, ids of the items that have it)."""
    keys, items = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for name, ids in rows:
        items.append(np.unique(np.asarray(ids, np.int64)))
        keys.append(np.full(items[-1].size, key_of(name)))
    ids = np.concatenate(items)
    return Statements(np.concatenate(keys), ids, np.full(ids.size, weight))


def all_statements(parts: Sequence[Statements]) -> Statements:
    columns = [(part.keys, part.items, part.weights) for part in parts]
    return Statements(*(np.concatenate(column) for column in zip(*columns, strict=True)))


def words_of(title: str) -> set[str]:
    """What a title speaks of, in lower case."""
    return set(WORD.findall(title.lower()))


def key_of(name: str) -> int:
    """64 bits of the name; two names share one with a chance of 1 in 10¹⁹."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), signed=True)
