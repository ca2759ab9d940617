"""What the model in use says to people: from what they did up to this moment."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from inventory.queries import Narrowing
from recommendations.engine.deeds import Deeds, Evidence
from recommendations.engine.histories import Histories, Positions
from recommendations.engine.interactions import Ids
from recommendations.engine.serving import ServedGraph
from recommendations.engine.terms import Floats, Lots, TermWeights, price_habits, weighed_terms
from recommendations.queries import muted_categories
from recommendations.services.evidence import read_deeds
from recommendations.services.goods import Goods
from recommendations.services.keeper import HeldModel
from recommendations.services.pools import best_of
from recommendations.weights import HomeRules, evidence_by_kind, home_rules, term_weights

__all__ = ["People", "Tastes", "tastes_of"]


@dataclass(frozen=True, eq=False)
class Making:
    """What all lists of one go are made by."""

    graph: ServedGraph
    now: datetime
    evidence: Sequence[Evidence]
    terms: TermWeights
    rules: HomeRules
    among: Narrowing | None = None
    """What narrows what may be shown."""

    @classmethod
    def of(cls, held: HeldModel, now: datetime, among: Narrowing | None = None) -> "Making":
        rules = home_rules() if among is None else _narrowed(home_rules(), among)
        return cls(held.graph(now), now, evidence_by_kind(), term_weights(), rules, among)


def _narrowed(rules: HomeRules, among: Narrowing) -> HomeRules:
    """Nothing is explored; who asks for a category wants more of it than a mixed list holds."""
    most = rules.per_category if among.categories is None else rules.limit
    return replace(rules, explored_share=0.0, per_category=most)


@dataclass(frozen=True, eq=False)
class People:
    """What some people did, and all else that their lists take from the database but the goods.

    `ids` ascend; `deeds` are theirs, each one's latest first, and `owners` say whose: places in
    `ids`.
    """

    making: Making
    ids: Ids
    deeds: Deeds
    owners: Positions
    muted: frozenset[tuple[int, int]]

    @classmethod
    def read(
        cls,
        user_ids: Sequence[int],
        held: HeldModel,
        now: datetime,
        among: Narrowing | None = None,
    ) -> "People":
        making, ids = Making.of(held, now, among), np.unique(user_ids)
        deeds = read_deeds(people=user_ids)
        deeds = deeds.where(np.lexsort((-deeds.seconds, deeds.people)))
        owners = np.searchsorted(ids, deeds.people)
        return cls(making, ids, deeds, owners, frozenset(muted_categories(user_ids)))

    def histories(self) -> Histories:
        """What each did, one place per item; what weighs nothing or less is left out."""
        starts = np.searchsorted(self.owners, np.arange(self.ids.size))
        latest = np.arange(len(self.deeds)) - starts[self.owners] < settings.RECSYS_LONGEST_HISTORY
        counted = self.deeds.where(latest)
        said = counted.weights(self.making.evidence, self.making.now.timestamp())
        items, places = np.unique(counted.items, return_inverse=True)
        pairs, at = np.unique(self.owners[latest] * items.size + places, return_inverse=True)
        weights = np.bincount(at, said, minlength=pairs.size).astype(np.float64)
        owners, places = np.divmod(pairs[weights > 0], max(items.size, 1))
        return Histories(self.ids.size, owners, items[places], weights[weights > 0])

    def deeds_of(self, owner: int) -> Deeds:
        return self.deeds.where(slice(*np.searchsorted(self.owners, [owner, owner + 1]).tolist()))

    def muting(self, owners: Positions, categories: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Whether each of these people wants nothing of the category beside them."""
        if not self.muted:
            return np.zeros(owners.size, np.bool_)
        pairs = zip(self.ids[owners].tolist(), categories.tolist(), strict=True)
        return np.array([pair in self.muted for pair in pairs], np.bool_)


@dataclass(frozen=True, eq=False)
class Tastes:
    """The live candidates the model has for some people, person by person.

    `owners` (C,) say for whom, `terms` (C, 5) are what each of TERMS adds to the score of each of
    `lots` (C,), and `because` (C,) the item of the person's own that speaks most for it.
    """

    owners: Positions
    lots: Lots
    terms: Floats
    because: Ids
    scores: Floats

    def where(self, chosen: NDArray[Any] | slice) -> "Tastes":
        """Those at the chosen places."""
        return Tastes(
            self.owners[chosen],
            self.lots[chosen],
            self.terms[chosen],
            self.because[chosen],
            self.scores[chosen],
        )

    def by_person(self, people: int) -> list["Tastes"]:
        """Of each of so many, best first, ties by id."""
        ranked = self.where(np.lexsort((self.lots["id"], -self.scores, self.owners)))
        bounds = np.searchsorted(ranked.owners, np.arange(people + 1)).tolist()
        return [ranked.where(slice(start, stop)) for start, stop in pairwise(bounds)]


def tastes_of(people: People, histories: Histories, goods: Goods | None = None) -> Tastes:
    """What the histories of these people speak for; with `goods` the database is not asked."""
    making, own = people.making, (people.owners, people.deeds.items)
    pools = best_of(making.graph, histories, exclude=own, among=making.among)
    if goods is None:
        goods = Goods.among([pools.items], [histories.items], making.now)
    lots, is_live = goods.live.found(pools.items)
    owners = pools.owners[is_live]
    unwanted = (lots["seller"] == people.ids[owners]) | people.muting(owners, lots["category"])
    touched, is_known = goods.touched.found(histories.items)
    habits = price_habits(people.ids.size, histories.owners[is_known], touched["price"])
    terms = weighed_terms(lots, pools.scores[is_live], habits[owners], making.terms)
    tastes = Tastes(owners, lots, terms, pools.because[is_live], terms.sum(axis=1))
    return tastes.where(~unwanted)
