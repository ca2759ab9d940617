"""What resembles each item, among what is live."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from inventory.queries import (
    Narrowing,
    get_item,
    items_with_metadata,
    list_items_for_similarity,
    list_published_items,
    live_items,
    with_cents,
)
from recommendations.data import Family
from recommendations.models import ItemSimilarity
from recommendations.queries import (
    engaged_users_batch,
    engagements_around,
    items_touched_around,
)
from recommendations.scoring.similarity import (
    ITEM,
    NO_CATEGORY,
    UNKNOWN_PRICE,
    Array,
    Catalogue,
    Similar,
    engagement_array,
    shared_people,
    similar_items,
)
from recommendations.services.batches import (
    Outcome,
    attempt,
    one_ahead,
    replace_rows,
)
from recommendations.services.goods import Goods
from recommendations.services.keeper import HeldModel
from recommendations.services.keeping import Place, keep_when_committed
from recommendations.services.kinship import similar_begun, similar_by_model
from recommendations.services.placements import made_lists, model_for
from recommendations.weights import similarity_weights
from recsys.lib.bulk import keyset_batches
from recsys.lib.commands import Progress, no_progress

__all__ = ["compute_item_similarities", "compute_similar_items"]

FIELDS = ("id", "category_id", "cents")
ItemRow = tuple[Any, ...]
Lists = dict[int, list[Similar]]


def compute_similar_items(
    item_id: int, *, now: datetime, among: Narrowing | None = None
) -> list[Similar]:
    """The live items that most resemble this one as of `now`, best first; nothing is stored.

    Reads the live items of its category and those its people touched, narrowed by `among`.
    NotFound: no such item.
    """
    source = _source(item_id)
    return _similar([source], _catalogue_around(source, now, among))[item_id]


def compute_item_similarities(
    *,
    now: datetime,
    item_id: int | None = None,
    meta: Sequence[str] = (),
    progress: Progress = no_progress,
    pause: timedelta | None = None,
) -> dict[str, Any]:
    """Store the neighbours of all that is published, ended lots too: as rows, and in the cache.

    What no longer holds is deleted. Batches of 50 items with a `pause` between two (by default
    the setting's), so that a nightly run leaves the database to others. All items are held once,
    60 bytes each, and what the people of one batch touched, 16 bytes a piece: memory grows
    neither with all people nor with all they did.
    Of one item with `item_id`, else of those that fulfil all metadata expressions in `meta`.
    NotFound for an unknown item, InvalidInput for a malformed expression.
    Report: items, similarities (rows stored), failed.
    """
    if item_id is not None:
        held, source = model_for("similar", wait=True), _source(item_id)
        found = {} if held is None else similar_by_model([item_id], held, now=now)
        outcome = attempt([source], partial(_store, now=now, held=held, found=found))
        progress(1, 1)
    else:
        pause = _default_pause() if pause is None else pause
        sources = items_with_metadata(*meta, rows=list_published_items())
        outcome = _compute_all(now, sources, progress, pause)
        _forget_unpublished()
    return {"items": outcome.done, "similarities": outcome.written, "failed": outcome.failed}


def _default_pause() -> timedelta:
    return timedelta(milliseconds=settings.RECSYS_SIMILARITY_PAUSE_MS)


def _compute_all(
    now: datetime, sources: QuerySet[Any], progress: Progress, pause: timedelta
) -> Outcome:
    catalogue = Catalogue(_read(with_cents(live_items(now)).order_by("id")))
    total, size = sources.count(), settings.RECSYS_SIMILARITY_ITEMS_PER_BATCH
    held = model_for("similar", wait=True)
    goods = None if held is None else Goods.all(now)
    outcome = Outcome()
    begin = partial(_begun, now=now, held=held, goods=goods)
    rows = with_cents(sources).values_list(*FIELDS)
    for batch, found in one_ahead(keyset_batches(rows, size), begin):
        if outcome.done:
            time.sleep(pause.total_seconds())
        work = partial(_store, now=now, catalogue=catalogue, held=held, found=found)
        outcome = outcome.plus(attempt(batch, work))
        progress(outcome.done, total)
    return outcome


def _begun(
    batch: Sequence[ItemRow], now: datetime, held: HeldModel | None, goods: Goods | None
) -> Callable[[], Mapping[int, Sequence[Place]]]:
    """What makes the model's lists of these items without asking the database any more."""
    if held is None:
        return dict
    return similar_begun([row[0] for row in batch], held, now=now, goods=goods)


def _source(item_id: int) -> ItemRow:
    item = get_item(item_id)
    price = item.current_price
    return item.pk, item.category_id, None if price is None else int(price * 100)


def _store(
    sources: Sequence[ItemRow],
    now: datetime,
    held: HeldModel | None,
    found: Mapping[int, Sequence[Place]],
    catalogue: Catalogue | None = None,
) -> int:
    """As rows and in the cache what was `found` for these, and the formulas' lists of the rest."""
    by_id = {source[0]: source for source in sources}
    lists = made_lists(
        list(by_id),
        held,
        lambda ids, _: {pk: found[pk] for pk in ids},
        lambda ids: _similar(
            [by_id[pk] for pk in ids],
            _catalogue_around(sources[0], now) if catalogue is None else catalogue,
        ),
    )
    pairs = [(source_id, similar) for source_id, made in lists.items() for similar in made.places]
    columns: dict[str, list[Any]] = {
        "source_id": [source_id for source_id, _ in pairs],
        "similar_id": [similar.item_id for _, similar in pairs],
        "score": [similar.score for _, similar in pairs],
        "reason": [similar.reason for _, similar in pairs],
        "computed_at": [now] * len(pairs),
    }
    keep_when_committed(Family.SIMILAR, lists, now)
    current = ItemSimilarity.objects.filter(source__in=list(lists))
    return replace_rows(current, columns, ("source_id", "similar_id"))


def _similar(sources: Sequence[ItemRow], catalogue: Catalogue) -> Lists:
    """The neighbours of each source."""
    items, weights = _items(sources), similarity_weights()
    source_ids = items["id"].tolist()
    engagements = engagement_array(engagements_around(source_ids))
    shared = shared_people(items, engagements, catalogue, engaged_users_batch(source_ids))
    lists = {}
    for row, source in enumerate(items):
        together = slice(*shared.indptr[row : row + 2])
        lists[source_ids[row]] = similar_items(
            source, catalogue, shared.indices[together], shared.data[together], weights
        )
    return lists


def _catalogue_around(source: ItemRow, now: datetime, among: Narrowing | None = None) -> Catalogue:
    """The only items that can resemble one: of its category, or touched by its people."""
    item_id, category_id, _ = source
    touched = items_touched_around([item_id])
    items = _read(list_items_for_similarity(now, category=category_id, also=touched))
    return Catalogue(items if among is None else items[among.holds_of(items["id"])])


def _read(items: QuerySet[Any]) -> Array:
    return _items(items.values_list(*FIELDS).iterator())


def _items(rows: Iterable[ItemRow]) -> Array:
    known = (
        (item_id, category_id or NO_CATEGORY, UNKNOWN_PRICE if cents is None else cents)
        for item_id, category_id, cents in rows
    )
    return np.fromiter(known, dtype=ITEM)


def _forget_unpublished() -> None:
    """Nobody sees these items any more, so nothing is shown beside them."""
    source = list_published_items().filter(pk=OuterRef("source_id"))
    ItemSimilarity.objects.filter(~Exists(source)).delete()
