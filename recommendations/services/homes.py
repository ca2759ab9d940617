"""People's lists by the model in use: what it says to each, in order, with variety and reasons."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import blake2b

import numpy as np

from inventory.queries import Narrowing
from recommendations.data import DEEDS, Drawn, Ranked, Reason
from recommendations.engine.deeds import Deeds, Evidence
from recommendations.engine.diversity import diversified
from recommendations.engine.exploration import with_exploration
from recommendations.engine.interactions import Ids
from recommendations.services.goods import Goods
from recommendations.services.keeper import HeldModel
from recommendations.services.tastes import Making, People, Tastes, tastes_of

__all__ = ["homes_by_model", "homes_of"]

LOOKED_AT_PER_PLACE = 3
"""For diversity: so many times the length of a list is chosen from."""
REASONS = {
    "bid": Reason.LIKE_YOUR_BIDS,
    "win": Reason.LIKE_YOUR_BIDS,
    "watch": Reason.LIKE_YOUR_WATCHES,
    "bag": Reason.LIKE_YOUR_BAGS,
}
"""By how the person met the item that speaks most for a recommendation; else by a look."""


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
    return {
        user_id: _home(user_id, taste, people.deeds_of(owner), people.making)
        for owner, (user_id, taste) in enumerate(zip(people.ids.tolist(), tastes, strict=True))
    }


def _home(user_id: int, taste: Tastes, deeds: Deeds, making: Making) -> list[Ranked]:
    """The list of one person, whose candidates are ranked."""
    rules, graph = making.rules, making.graph
    looked_at = taste.where(slice(LOOKED_AT_PER_PLACE * rules.limit))
    lots = looked_at.lots
    shown = diversified(
        looked_at.scores,
        graph.alikeness(lots["id"]) if rules.relevance < 1 else None,
        rules.limit,
        relevance=rules.relevance,
        caps=[
            (np.where(lots["category"], lots["category"], -1), rules.per_category),
            (lots["seller"], rules.per_seller),
        ],
    )
    slots = with_exploration(
        shown.tolist(),
        range(taste.scores.size),
        taste.lots["bids"] + taste.lots["watchers"],
        share=rules.explored_share,
        seed=_seed(user_id, making.now),
    )
    placed = taste.where(np.array([slot.item for slot in slots], np.int64))
    reasons = _reasons(deeds, placed.because, making.evidence)
    return [
        Ranked(item, score, Reason.RARELY_SEEN, Drawn(slot.propensity, slot.among))
        if slot.explored
        else Ranked(item, score, reason)
        for slot, item, score, reason in zip(
            slots, placed.lots["id"].tolist(), placed.scores.tolist(), reasons, strict=True
        )
    ]


def _reasons(deeds: Deeds, strongest: Ids, evidence: Sequence[Evidence]) -> Iterator[Reason]:
    """By how the person met the item that speaks most for each place: their weightiest deed."""
    weight = np.array([each.weight for each in evidence])[deeds.kinds]
    order = np.argsort(weight, kind="stable")  # of two deeds with an item the weightier stays
    met = dict(zip(deeds.items[order].tolist(), deeds.kinds[order].tolist(), strict=True))
    for item in strongest.tolist():
        yield (
            REASONS.get(DEEDS[met[item]], Reason.LIKE_YOUR_LOOKS)
            if item in met
            else (Reason.FOR_YOU)
        )


def _seed(user_id: int, now: datetime) -> int:
    """A list explores the same places for a day: it does not flicker."""
    said = f"{user_id} {now:%Y-%m-%d}".encode()
    return int.from_bytes(blake2b(said, digest_size=8).digest())
