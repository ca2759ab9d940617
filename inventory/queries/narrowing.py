"""What any list of items may be narrowed to: kinds, a category, what the metadata says."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from inventory.data import Kind
from inventory.models import Item
from inventory.queries.categories import CategoryTree
from inventory.queries.expressions import parse_expressions
from inventory.queries.metadata import items_with_metadata
from recsys.lib.errors import InvalidInput

LONGEST_CATEGORY = 120
FEW_NAMED = 500
"""So many items are sooner asked each by itself than any that fulfil a condition are found."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Conditions that all hold; one that is empty or None asks nothing."""

    kinds: tuple[str, ...] = ()
    categories: tuple[int, ...] | None = None
    """Ids, with what lies below; none at all where there is no such category."""
    meta: tuple[str, ...] = ()

    def of(self, rows: QuerySet[Item]) -> Any:
        """Those of `rows` that fulfil it, by whichever way the database finds them soonest."""
        return items_with_metadata(*self.meta, rows=self._plainly(rows))

    def among(self, ids: Collection[int]) -> set[int]:
        """Those of the ids whose items fulfil it. One statement."""
        # A set: in a list Django would look at each for an expression.
        named = self._plainly(Item.objects.filter(pk__any_of=frozenset(ids)))
        few = len(ids) <= FEW_NAMED
        rows = items_with_metadata(*self.meta, rows=named, one_by_one=few)
        return set(rows.values_list("pk", flat=True))

    def holds_of(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the ids are of items that fulfil it. One statement."""
        return np.isin(ids, list(self.among(ids.tolist())))

    def _plainly(self, rows: QuerySet[Item]) -> QuerySet[Item]:
        if self.kinds:
            rows = rows.filter(kind__in=self.kinds)
        return rows if self.categories is None else rows.filter(category__in=self.categories)


def narrowed_to(
    *, kinds: Sequence[str] = (), category: str = "", meta: Sequence[str] = ()
) -> Narrowing:
    """To these kinds, the category (slug or id) with what lies below, and all the expressions.

    Raises InvalidInput for what is no kind and for a malformed expression.
    """
    for kind in kinds:
        if kind not in Kind.values:
            raise InvalidInput.of("kind", f"“{kind:.80}” is none of {', '.join(Kind.values)}.")
    if len(category) > LONGEST_CATEGORY:
        message = f"No category has more than {LONGEST_CATEGORY} characters."
        raise InvalidInput.of("category", message)
    parse_expressions(meta)
    return Narrowing(
        tuple(sorted(set(kinds))), with_those_below(category) if category else None, tuple(meta)
    )


def with_those_below(category: str) -> tuple[int, ...]:
    """Ids of the category of this slug or id and of all below it; empty where there is none."""
    node = CategoryTree().find(category)
    return () if node is None else tuple(each.id for each in node.with_descendants())
