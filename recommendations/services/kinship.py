"""What goes with an item, or with a set of them, by the model in use."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import numpy as np
from django.conf import settings

from inventory.queries import Narrowing
from recommendations.data import Ranked, SimilarityReason
from recommendations.engine.histories import Histories, History
from recommendations.engine.ranked import Ranked as Pool
from recommendations.services.goods import NO_CATEGORY, Goods, Shelf, live_lots, lots_ever
from recommendations.services.keeper import HeldModel
from recommendations.services.pools import best_of

__all__ = ["set_by_model", "similar_begun", "similar_by_model"]


def similar_by_model(
    item_ids: Sequence[int], held: HeldModel, *, now: datetime, among: Narrowing | None = None
) -> dict[int, list[Ranked]]:
    """The live items that go best with each; the score is the share of its strongest edge.

    Three statements at most, however many items; more with `among`, which narrows what may be
    shown.
    """
    return similar_begun(item_ids, held, now=now, among=among)()


def similar_begun(
    item_ids: Sequence[int],
    held: HeldModel,
    *,
    now: datetime,
    goods: Goods | None = None,
    among: Narrowing | None = None,
) -> Callable[[], dict[int, list[Ranked]]]:
    """What makes the same lists; with the `goods` at hand it asks the database nothing."""
    going_with = _going_with_begun([[item_id] for item_id in item_ids], held, now, goods, among)
    most = settings.RECSYS_SIMILARITY["limit"]
    return lambda: {
        item_id: places[:most] for item_id, places in zip(item_ids, going_with(), strict=True)
    }


def set_by_model(
    item_ids: Collection[int], held: HeldModel, *, now: datetime, among: Narrowing | None = None
) -> list[Ranked]:
    """The live items that go best with all of these at once, none of them among those.

    One product of the graph with the set, as if a person had done each once; scores are shares
    of the strongest. Ids of items that do not exist count for nothing. `among` narrows them.
    """
    (places,) = _going_with_begun([item_ids], held, now, among=among)()
    return places


def _going_with_begun(
    sets: Sequence[Collection[int]],
    held: HeldModel,
    now: datetime,
    goods: Goods | None = None,
    among: Narrowing | None = None,
) -> Callable[[], list[list[Ranked]]]:
    members = [np.array([*dict.fromkeys(ids)], np.int64) for ids in sets]
    sources = goods.touched if goods else lots_ever(members, now)
    existing = [sources.found(ids)[0]["id"] for ids in members]
    graph = held.graph_with(np.concatenate(existing), now)

    def going_with() -> list[list[Ranked]]:
        histories = Histories.of(*map(History.of, existing))
        pools = best_of(graph, histories, among=among)
        live = goods.live if goods else live_lots([pools.items], now)
        return [_places(pool, sources, live) for pool in pools.of_each(histories.number)]

    return going_with


def _places(pool: Pool, sources: Shelf, live: Shelf) -> list[Ranked]:
    shown, is_live = live.found(pool.items)
    nearest, _ = sources.found(pool.because[is_live])
    same = (shown["category"] == nearest["category"]) & (shown["category"] != NO_CATEGORY)
    rows = zip(shown["id"].tolist(), pool.scores[is_live].tolist(), same.tolist(), strict=True)
    return [
        Ranked(
            item,
            share,
            SimilarityReason.SAME_CATEGORY if same else SimilarityReason.GOES_TOGETHER,
        )
        for item, share, same in rows
    ]
