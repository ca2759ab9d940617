"""Lists made by the model in use: for a person from what they did, beside an item from its row."""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from itertools import islice
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import QuerySet
from numpy.typing import NDArray

from inventory.queries import all_items, live_items
from recommendations.data import DEEDS, Drawn, Ranked, Reason, SimilarityReason
from recommendations.engine.deeds import Deeds
from recommendations.engine.diversity import diversified
from recommendations.engine.exploration import with_exploration
from recommendations.engine.interactions import Ids
from recommendations.engine.serving import History, ServedGraph
from recommendations.engine.serving import Ranked as Found
from recommendations.engine.terms import LOT, TERMS, Floats, Lots, weighed_terms
from recommendations.queries import muted_categories
from recommendations.services.evidence import read_deeds
from recommendations.services.keeper import HeldModel
from recommendations.weights import evidence_by_kind, home_rules, term_weights

__all__ = ["Account", "Goods", "accounts_of", "homes_by_model", "similar_by_model"]

CANDIDATES = 200
"""So many of the model's best are looked at: some are over, some are the person's own."""
LOOKED_AT_PER_PLACE = 3
"""For diversity: so many times the length of a list is chosen from."""
DECIMALS = 6
NO_CATEGORY = 0
MOST_NAMED = 3
"""So many of a person's items are named in an explanation."""
REASONS = {
    "bid": Reason.LIKE_YOUR_BIDS,
    "win": Reason.LIKE_YOUR_BIDS,
    "watch": Reason.LIKE_YOUR_WATCHES,
    "bag": Reason.LIKE_YOUR_BAGS,
}
"""By how the person met the item that speaks most for a recommendation; else by a look."""
FIELDS = (
    "id", "category_id", "seller_id", "current_price", "end_at", "created_at", "bid_count",
    "watcher_count",
)  # fmt: skip


@dataclass(frozen=True)
class Account:
    """What a score consists of: `terms` sum to it; `because` is (item, share of the taste)."""

    terms: dict[str, float]
    because: list[tuple[int, float]]


@dataclass(frozen=True, eq=False)
class Goods:
    """What lists are made of: live lots, and those that people touched, each by id."""

    live: Lots
    touched: Lots

    @classmethod
    def all(cls, now: datetime) -> "Goods":
        """Of the whole marketplace, read once for many people: 60 bytes an item."""
        return cls(_read(live_items(now), now), _read(all_items(), now))

    @classmethod
    def among(cls, live: Sequence[Ids], touched: Sequence[Ids], now: datetime) -> "Goods":
        """Only those with one of these ids."""
        return cls(_lots(live_items(now), live, now), _lots(all_items(), touched, now))


@dataclass(frozen=True, eq=False)
class Taste:
    """What one person did, weighed, and the live candidates it speaks for.

    `terms` (C, 5) are what each of TERMS adds to the score of each of `lots` (C,).
    """

    deeds: Deeds
    history: History
    lots: Lots
    terms: Floats

    @property
    def scores(self) -> Floats:
        total: Floats = self.terms.sum(axis=1)
        return total


def homes_by_model(
    user_ids: Sequence[int], held: HeldModel, *, now: datetime, goods: Goods | None = None
) -> dict[int, list[Ranked]]:
    """Each person's list as of `now`, best first; empty where the model knows nothing of theirs.

    A constant number of statements, however many people; who makes many lists gives the `goods`.
    """
    graph = held.graph(now)
    tastes = _tastes(user_ids, graph, now, goods)
    return {user_id: _home(user_id, taste, graph, now) for user_id, taste in tastes}


def similar_by_model(
    item_ids: Sequence[int], held: HeldModel, *, now: datetime
) -> dict[int, list[Ranked]]:
    """The live items that go best with each; the score is the share of its strongest edge.

    Three statements at most, however many items.
    """
    found = {}
    for item_id in item_ids:
        graph = held.graph_with(item_id, now)
        found[item_id] = graph.top_items(History.of([item_id]), CANDIDATES)
    lots = _lots(live_items(now), [ranked.items for ranked in found.values()], now)
    sources = _lots(all_items(), [np.array(item_ids, np.int64)], now)
    category = dict(zip(sources["id"].tolist(), sources["category"].tolist(), strict=True))
    return {
        item_id: _neighbours(ranked, lots, category.get(item_id, NO_CATEGORY))
        for item_id, ranked in found.items()
    }


def accounts_of(
    user_id: int, item_ids: Collection[int], held: HeldModel, *, now: datetime
) -> dict[int, Account]:
    """What the person's scores for items live at `now` consist of, where the model has one."""
    graph = held.graph(now)
    ((_, taste),) = _tastes([user_id], graph, now)
    (places,) = np.nonzero(np.isin(taste.lots["id"], list(item_ids)))
    return {
        item_id: _account(graph, taste.history, item_id, terms)
        for item_id, terms in zip(
            taste.lots["id"][places].tolist(), taste.terms[places], strict=True
        )
    }


def _account(graph: ServedGraph, history: History, item_id: int, terms: Floats) -> Account:
    made_of = graph.contributions(history, item_id)
    total = made_of.amounts.sum()
    shares = (made_of.amounts / total).round(DECIMALS).tolist() if total > 0 else []
    named = list(zip(made_of.items.tolist(), shares, strict=False))[:MOST_NAMED]
    return Account(dict(zip(TERMS, terms.round(DECIMALS).tolist(), strict=True)), named)


def _tastes(
    user_ids: Sequence[int], graph: ServedGraph, now: datetime, goods: Goods | None = None
) -> Iterator[tuple[int, Taste]]:
    deeds = read_deeds(people=user_ids)
    own = {user_id: deeds.where(deeds.people == user_id) for user_id in user_ids}
    histories = {user_id: _history(each, now) for user_id, each in own.items()}
    pools = {
        user_id: graph.top_items(history, CANDIDATES, exclude=own[user_id].items)
        for user_id, history in histories.items()
    }
    if goods is None:
        found = [pool.items for pool in pools.values()]
        goods = Goods.among(found, [history.items for history in histories.values()], now)
    muted = muted_categories(user_ids)
    weights = term_weights()
    for user_id, pool in pools.items():
        lots, is_live = _found(goods.live, pool.items)
        unwanted = [category for person, category in muted if person == user_id]
        wanted = (lots["seller"] != user_id) & ~np.isin(lots["category"], unwanted)
        taste = pool.scores[is_live][wanted] / (pool.scores.max(initial=0) or 1)
        prices = _found(goods.touched, histories[user_id].items)[0]["price"]
        terms = weighed_terms(lots[wanted], taste, prices, weights)
        yield user_id, Taste(own[user_id], histories[user_id], lots[wanted], terms)


def _found(lots: Lots, ids: Ids) -> tuple[Lots, NDArray[np.bool_]]:
    """The lots with these ids, in their order, and which of the ids there are."""
    at = np.searchsorted(lots["id"], ids).clip(max=max(lots.size - 1, 0))
    known = lots["id"][at] == ids if lots.size else np.zeros(ids.size, np.bool_)
    return lots[at[known]], known


def _history(deeds: Deeds, now: datetime) -> History:
    """What the person did, one place per item; what weighs nothing or less is left out."""
    latest = np.argsort(-deeds.seconds, kind="stable")[: settings.RECSYS_LONGEST_HISTORY]
    counted = deeds.where(latest)
    items, places = np.unique(counted.items, return_inverse=True)
    said = counted.weights(evidence_by_kind(), now.timestamp())
    weights = np.bincount(places, said, minlength=items.size).astype(np.float64)
    return History(items[weights > 0], weights[weights > 0])


def _home(user_id: int, taste: Taste, graph: ServedGraph, now: datetime) -> list[Ranked]:
    rules, scores = home_rules(), taste.scores
    ranked = np.lexsort((taste.lots["id"], -scores))
    looked_at = ranked[: LOOKED_AT_PER_PLACE * rules.limit]
    lots = taste.lots[looked_at]
    shown = looked_at[
        diversified(
            scores[looked_at],
            graph.alikeness(lots["id"]) if rules.relevance < 1 else np.zeros((lots.size,) * 2),
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
        seed=_seed(user_id, now),
    )
    places = np.array([slot.item for slot in slots], np.int64)
    ids = taste.lots["id"][places]
    reasons = _reasons(taste, graph.strongest(taste.history, ids))
    return [
        Ranked(item, score, Reason.RARELY_SEEN, Drawn(slot.propensity, slot.among))
        if slot.explored
        else Ranked(item, score, reason)
        for slot, item, score, reason in zip(
            slots, ids.tolist(), scores[places].tolist(), reasons, strict=True
        )
    ]


def _reasons(taste: Taste, strongest: NDArray[np.int64]) -> Iterator[Reason]:
    """By how the person met the item that speaks most for each place: their weightiest deed."""
    said = evidence_by_kind()
    weight = np.array([each.weight for each in said])[taste.deeds.kinds]
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


def _neighbours(found: Found, lots: Lots, category: int) -> list[Ranked]:
    shown, is_live = _found(lots, found.items)
    shares = found.scores[is_live] / (found.scores.max(initial=0) or 1)
    rows = zip(shown["id"].tolist(), shares.tolist(), shown["category"].tolist(), strict=True)
    return [
        Ranked(item, score, _kinship(category, its_category))
        for item, score, its_category in islice(rows, settings.RECSYS_SIMILARITY["limit"])
    ]


def _kinship(category: int, its_category: int) -> SimilarityReason:
    if category != NO_CATEGORY and category == its_category:
        return SimilarityReason.SAME_CATEGORY
    return SimilarityReason.GOES_TOGETHER


def _lots(items: QuerySet[Any], ids: Sequence[Ids], now: datetime) -> Lots:
    """Those of `items` with one of these ids, by id."""
    wanted = np.unique(np.concatenate([np.empty(0, np.int64), *ids])).tolist()
    return _read(items.filter(pk__any_of=wanted), now)


def _read(items: QuerySet[Any], now: datetime) -> Lots:
    rows = items.order_by("pk").values_list(*FIELDS).iterator()
    return np.fromiter(_described(rows, now), dtype=LOT)


def _described(rows: Iterable[tuple[Any, ...]], now: datetime) -> Iterator[tuple[Any, ...]]:
    for pk, category, seller, price, end_at, created_at, bids, watchers in rows:
        left = math.nan if end_at is None else (end_at - now).total_seconds()
        age = (now - created_at).total_seconds()
        known = math.nan if price is None else float(price)
        yield pk, category or NO_CATEGORY, seller, known, left, age, bids, watchers
