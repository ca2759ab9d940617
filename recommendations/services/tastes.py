"""A person's list by the model in use: from what they did up to this moment."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from inventory.queries import Narrowing
from recommendations.data import DEEDS, Drawn, Ranked, Reason
from recommendations.engine.attributes import key_of
from recommendations.engine.deeds import Deeds, Evidence
from recommendations.engine.diversity import diversified
from recommendations.engine.exploration import with_exploration
from recommendations.engine.interactions import Ids
from recommendations.engine.serving import History, ServedGraph
from recommendations.engine.terms import TERMS, Floats, Lots, TermWeights, weighed_terms
from recommendations.queries import muted_categories
from recommendations.services.evidence import read_deeds, read_sayings
from recommendations.services.goods import Goods
from recommendations.services.keeper import HeldModel
from recommendations.services.pools import best_of
from recommendations.weights import HomeRules, evidence_by_kind, home_rules, term_weights

__all__ = [
    "Account",
    "Attribute",
    "People",
    "accounts_of",
    "attributes_for",
    "homes_by_model",
    "homes_of",
]

LOOKED_AT_PER_PLACE = 3
"""For diversity: so many times the length of a list is chosen from."""
DECIMALS = 6
MOST_NAMED = 3
"""So many of a person's items are named in an explanation."""
REASONS = {
    "bid": Reason.LIKE_YOUR_BIDS,
    "win": Reason.LIKE_YOUR_BIDS,
    "watch": Reason.LIKE_YOUR_WATCHES,
    "bag": Reason.LIKE_YOUR_BAGS,
}
"""By how the person met the item that speaks most for a recommendation; else by a look."""


@dataclass(frozen=True)
class Account:
    """What a score consists of: `terms` sum to it; `because` names what speaks for it.

    Items of the person's own, each with its share.
    """

    terms: dict[str, float]
    because: list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Attribute:
    """What is said of an item (see `Saying`), and its share of all that is said for it."""

    said: str
    value: str
    share: float


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
    """What some people did, and all else that their lists take from the database but the goods."""

    making: Making
    own: dict[int, Deeds]
    muted: Sequence[tuple[int, int]]

    @classmethod
    def read(
        cls,
        user_ids: Sequence[int],
        held: HeldModel,
        now: datetime,
        among: Narrowing | None = None,
    ) -> "People":
        making = Making.of(held, now, among)
        return cls(making, _deeds_by_person(user_ids), list(muted_categories(user_ids)))


@dataclass(frozen=True, eq=False)
class Taste:
    """What one person did, weighed, and the live candidates it speaks for.

    `terms` (C, 5) are what each of TERMS adds to the score of each of `lots` (C,), and `because`
    (C,) the item of theirs that speaks most for it.
    """

    deeds: Deeds
    history: History
    lots: Lots
    terms: Floats
    because: Ids

    @property
    def scores(self) -> Floats:
        total: Floats = self.terms.sum(axis=1)
        return total


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
    return {
        user_id: _home(user_id, taste, people.making) for user_id, taste in _tastes(people, goods)
    }


def accounts_of(
    user_id: int, item_ids: Collection[int], held: HeldModel, *, now: datetime
) -> dict[int, Account]:
    """What the person's scores for items live at `now` consist of, where the model has one."""
    people = People.read([user_id], held, now)
    ((_, taste),) = _tastes(people)
    (places,) = np.nonzero(np.isin(taste.lots["id"], list(item_ids)))
    return {
        item_id: _account(people.making.graph, taste.history, item_id, terms)
        for item_id, terms in zip(
            taste.lots["id"][places].tolist(), taste.terms[places], strict=True
        )
    }


def attributes_for(
    user_id: int, item_id: int, held: HeldModel, *, now: datetime
) -> list[Attribute]:
    """What of what is said of an item speaks for it to the person, most first.

    By the item graph's sum over attributes: of a newcomer it is the whole score, of other items
    it stands beside what people did.
    """
    sayings = read_sayings(item_id)
    history = _history(_deeds_by_person([user_id])[user_id], Making.of(held, now))
    keys = [key_of(each.name) for each in sayings]
    amounts = held.said_for(history, keys, [each.weight for each in sayings])
    shares = (amounts / (amounts.sum() or 1)).round(DECIMALS)
    best = np.argsort(-shares, kind="stable")[:MOST_NAMED]
    return [
        Attribute(sayings[at].said, sayings[at].value, float(shares[at]))
        for at in best.tolist()
        if shares[at] > 0
    ]


def _account(graph: ServedGraph, history: History, item_id: int, terms: Floats) -> Account:
    made_of = graph.contributions(history, item_id)
    speaks_for = made_of.amounts > 0  # what is bought instead of another speaks against it
    items, amounts = made_of.items[speaks_for], made_of.amounts[speaks_for]
    shares = (amounts / amounts.sum()).round(DECIMALS).tolist()
    named = list(zip(items.tolist(), shares, strict=True))[:MOST_NAMED]
    return Account(dict(zip(TERMS, terms.round(DECIMALS).tolist(), strict=True)), named)


def _tastes(people: People, goods: Goods | None = None) -> Iterator[tuple[int, Taste]]:
    making, own = people.making, people.own
    histories = {user_id: _history(deeds, making) for user_id, deeds in own.items()}
    pools = {
        user_id: best_of(making.graph, history, exclude=own[user_id].items, among=making.among)
        for user_id, history in histories.items()
    }
    if goods is None:
        offered = [pool.items for pool in pools.values()]
        touched = [history.items for history in histories.values()]
        goods = Goods.among(offered, touched, making.now)
    for user_id, pool in pools.items():
        lots, is_live = goods.live.found(pool.items)
        unwanted = [category for person, category in people.muted if person == user_id]
        wanted = (lots["seller"] != user_id) & ~np.isin(lots["category"], unwanted)
        taste = pool.scores[is_live][wanted]
        prices = goods.touched.found(histories[user_id].items)[0]["price"]
        terms = weighed_terms(lots[wanted], taste, prices, making.terms)
        because = pool.because[is_live][wanted]
        yield user_id, Taste(own[user_id], histories[user_id], lots[wanted], terms, because)


def _deeds_by_person(user_ids: Sequence[int]) -> dict[int, Deeds]:
    """Of each what they did, the latest first."""
    deeds = read_deeds(people=user_ids)
    deeds = deeds.where(np.lexsort((-deeds.seconds, deeds.people)))
    starts = np.searchsorted(deeds.people, user_ids).tolist()
    stops = np.searchsorted(deeds.people, user_ids, side="right").tolist()
    return {
        user_id: deeds.where(slice(start, stop))
        for user_id, start, stop in zip(user_ids, starts, stops, strict=True)
    }


def _history(deeds: Deeds, making: Making) -> History:
    """What the person did, one place per item; what weighs nothing or less is left out."""
    counted = deeds.where(slice(settings.RECSYS_LONGEST_HISTORY))
    items, places = np.unique(counted.items, return_inverse=True)
    said = counted.weights(making.evidence, making.now.timestamp())
    weights = np.bincount(places, said, minlength=items.size).astype(np.float64)
    return History(items[weights > 0], weights[weights > 0])


def _home(user_id: int, taste: Taste, making: Making) -> list[Ranked]:
    rules, graph, scores = making.rules, making.graph, taste.scores
    ranked = np.lexsort((taste.lots["id"], -scores))
    looked_at = ranked[: LOOKED_AT_PER_PLACE * rules.limit]
    lots = taste.lots[looked_at]
    shown = looked_at[
        diversified(
            scores[looked_at],
            graph.alikeness(lots["id"]) if rules.relevance < 1 else None,
            rules.limit,
            relevance=rules.relevance,
            caps=[
                (np.where(lots["category"], lots["category"], -1), rules.per_category),
                (lots["seller"], rules.per_seller),
            ],
        )
    ]
    slots = with_exploration(
        shown.tolist(),
        ranked.tolist(),
        (taste.lots["bids"] + taste.lots["watchers"])[ranked],
        share=rules.explored_share,
        seed=_seed(user_id, making.now),
    )
    places = np.array([slot.item for slot in slots], np.int64)
    ids = taste.lots["id"][places]
    reasons = _reasons(taste, taste.because[places], making.evidence)
    return [
        Ranked(item, score, Reason.RARELY_SEEN, Drawn(slot.propensity, slot.among))
        if slot.explored
        else Ranked(item, score, reason)
        for slot, item, score, reason in zip(
            slots, ids.tolist(), scores[places].tolist(), reasons, strict=True
        )
    ]


def _reasons(
    taste: Taste, strongest: NDArray[np.int64], evidence: Sequence[Evidence]
) -> Iterator[Reason]:
    """By how the person met the item that speaks most for each place: their weightiest deed."""
    weight = np.array([each.weight for each in evidence])[taste.deeds.kinds]
    order = np.argsort(weight, kind="stable")  # of two deeds with an item the weightier stays
    met = dict(
        zip(taste.deeds.items[order].tolist(), taste.deeds.kinds[order].tolist(), strict=True)
    )
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
