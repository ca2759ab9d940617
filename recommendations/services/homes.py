"""People's lists by the model in use: what it says to each, in order, with variety and reasons."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from itertools import repeat, starmap

import numpy as np
from numpy.typing import NDArray

from inventory.queries import Narrowing
from recommendations.data import DEEDS, Drawn, Ranked, Reason
from recommendations.engine.deeds import Deeds, Evidence
from recommendations.engine.diversity import diversified
from recommendations.engine.exploration import Slot, with_exploration
from recommendations.engine.interactions import Ids
from recommendations.services.goods import Goods
from recommendations.services.keeper import HeldModel
from recommendations.services.tastes import Making, People, Tastes, tastes_of

__all__ = ["homes_by_model", "homes_of"]

LOOKED_AT_PER_PLACE = 3
"""For diversity: so many times the length of a list is chosen from."""
LIKE = {
    "bid": Reason.LIKE_YOUR_BIDS,
    "win": Reason.LIKE_YOUR_BIDS,
    "watch": Reason.LIKE_YOUR_WATCHES,
    "bag": Reason.LIKE_YOUR_BAGS,
}
REASONS = [LIKE.get(deed, Reason.LIKE_YOUR_LOOKS) for deed in DEEDS]
"""By how the person met the item that speaks most for a recommendation."""


def homes_by_model(
    user_ids: Sequence[int], held: HeldModel, *, now: datetime, among: Narrowing | None = None
) -> dict[int, list[Ranked]]:
    """Each person's list as of `now`, best first; empty where the model knows nothing of theirs.

    A constant number of statements, however many people; more with `among`, which narrows what
    may be shown.
    """
    return homes_of(People.read(user_ids, held, now, among))


def homes_of(people: People, goods: Goods | None = None) -> dict[int, list[Ranked]]:
    """The same of people who were read; with the `goods` at hand nothing is asked any more."""
    tastes = tastes_of(people, people.histories(), goods).by_person(people.ids.size)
    shown = _shown(tastes, people.making)
    return {
        user_id: _home(user_id, taste, places, people.deeds_of(owner), people.making)
        for owner, (user_id, taste, places) in enumerate(
            zip(people.ids.tolist(), tastes, shown, strict=True)
        )
    }


def _shown(tastes: Sequence[Tastes], making: Making) -> Iterator[NDArray[np.int64]]:
    """Of each one's ranked candidates those that are shown, before chance has a say."""
    rules, most = making.rules, LOOKED_AT_PER_PLACE * making.rules.limit
    lots = [taste.lots[:most] for taste in tastes]
    alike = making.graph.alikeness([each["id"] for each in lots])
    for taste, those, likeness in zip(
        tastes, lots, alike if rules.relevance < 1 else repeat(None), strict=False
    ):
        yield diversified(
            taste.scores[:most],
            likeness,
            rules.limit,
            relevance=rules.relevance,
            caps=[
                (np.where(those["category"], those["category"], -1), rules.per_category),
                (those["seller"], rules.per_seller),
            ],
        )


def _home(
    user_id: int, taste: Tastes, shown: NDArray[np.int64], deeds: Deeds, making: Making
) -> list[Ranked]:
    """The list of one person, whose candidates are ranked."""
    slots = _slots(user_id, taste, shown, making) if making.rules.explored_share > 0 else []
    placed = taste.where(np.array([slot.item for slot in slots], np.int64) if slots else shown)
    reasons = _reasons(deeds, placed.because, making.evidence)
    columns = placed.lots["id"].tolist(), placed.scores.tolist(), reasons
    ranked = [*starmap(Ranked, zip(*columns, strict=True))]
    for place, slot in enumerate(slots):
        if slot.explored:
            drawn = Drawn(slot.propensity, slot.among)
            ranked[place] = ranked[place]._replace(reason=Reason.RARELY_SEEN, drawn=drawn)
    return ranked


def _slots(user_id: int, taste: Tastes, shown: NDArray[np.int64], making: Making) -> list[Slot]:
    """The places once chance had its say."""
    return with_exploration(
        shown.tolist(),
        range(taste.scores.size),
        taste.lots["bids"] + taste.lots["watchers"],
        share=making.rules.explored_share,
        seed=_seed(user_id, making.now),
    )


def _reasons(deeds: Deeds, strongest: Ids, evidence: Sequence[Evidence]) -> list[Reason]:
    """By how the person met the item that speaks most for each place: their weightiest deed."""
    weight = np.array([each.weight for each in evidence])[deeds.kinds]
    order = np.argsort(weight, kind="stable")  # of two deeds with an item the weightier stays
    met = dict(zip(deeds.items[order].tolist(), deeds.kinds[order].tolist(), strict=True))
    kinds = map(met.get, strongest.tolist())
    return [Reason.FOR_YOU if kind is None else REASONS[kind] for kind in kinds]


def _seed(user_id: int, now: datetime) -> int:
    """A list explores the same places for a day: it does not flicker."""
    said = f"{user_id} {now:%Y-%m-%d}".encode()
    return int.from_bytes(blake2b(said, digest_size=8).digest())
