"""The lists that are served: for a person, for everybody, beside an item, for a set of items."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from itertools import chain, islice
from typing import Any

from inventory.queries import get_item, list_items_in_categories
from recommendations.cache import Entry, Freshness, Hit, Key
from recommendations.data import FORMULAS, Family, Ranked, Reason, SimilarityReason, Source
from recommendations.services.kinship import set_by_model
from recommendations.services.placements import model_for
from recommendations.serving.narrowed import POPULAR, Stage, made_anew, narrowed_stages
from recommendations.serving.pipeline import Answer, Candidate, Request, Served, fill
from recommendations.serving.stages import (
    candidates,
    computed_or_empty,
    kept_or_computed,
    lazily,
    ranked,
)
from recsys.lib.access import Actor
from recsys.lib.errors import NotFound

SAME_CATEGORY_CANDIDATES = 100


def look_ahead(request: Request, *, own: int, in_all: int) -> None:
    """Find `own` of the person's list, and of the popular one what is missing to `in_all`.

    One statement for the lists of a page; which asks again for what this did not find.
    """
    home = Key(Family.HOME, request.user_id)
    hits = request.look_up(home, POPULAR)
    wanted = chain(_if_kept(hits[home])[:own], _if_kept(hits[POPULAR]))
    ids = [*islice(dict.fromkeys(place.item_id for place in wanted), in_all)]
    if ids:
        request.find_ahead(ids)


def home_list(request: Request) -> Answer:
    """What is worth a look for the person: their own list → popular → newest."""
    key = Key(Family.HOME, request.user_id)
    hits = request.look_up(key, POPULAR)
    entry = kept_or_computed(key, hits[key], request.now)
    own = ranked(entry, Source.PERSONAL)
    stages: Iterable[Stage] = (
        chain(own, _popular_if_kept(hits[POPULAR])),
        _popular(hits[POPULAR], request.now),
        request.newest(),
    )
    if among := request.narrowing:
        anew = made_anew(request, among, key, Source.PERSONAL)
        stages = narrowed_stages(request, among, own, anew=anew)
    return _answer(fill(request, *stages), entry, hits[key])


def popular_list(request: Request) -> Answer:
    """What everybody looks at: popular → newest."""
    hit = request.look_up(POPULAR)[POPULAR]
    entry = kept_or_computed(POPULAR, hit, request.now)
    stages: Iterable[Stage] = (ranked(entry, Source.POPULAR), request.newest())
    if among := request.narrowing:
        stages = narrowed_stages(request, among, ranked(entry, Source.POPULAR))
    return _answer(fill(request, *stages), entry, hit)


def ending_list(request: Request) -> Answer:
    """The lots that end next; nothing fills it up."""
    places = [
        Served(Candidate(item_id, 0.0, Reason.ENDING_SOON, Source.ENDING), rank, row)
        for rank, (item_id, row) in enumerate(request.ending().items(), 1)
    ]
    return Answer(places, request.now, stale=False, model=FORMULAS)


def similar_list(item_id: int, request: Request, *, actor: Actor) -> Answer:
    """What resembles the item: its neighbours → its category → popular → newest.

    NotFound: there is no such item, or none the actor may see.
    """
    request = request.beside(item_id)
    key = Key(Family.SIMILAR, item_id)
    hits = request.look_up(key, POPULAR)
    entry = kept_or_computed(key, hits[key], request.now)
    alike = lazily(partial(_same_category, item_id, request))
    stages: Iterable[Stage] = (
        ranked(entry, Source.SIMILAR),
        alike,
        _popular(hits[POPULAR], request.now),
        request.newest(),
    )
    if among := request.narrowing:
        anew = made_anew(request, among, key, Source.SIMILAR)
        kept = ranked(entry, Source.SIMILAR)
        stages = narrowed_stages(request, among, kept, anew=anew, alike=alike)
    places = fill(request, *stages)
    if item_id not in request.seen:
        get_item(item_id, actor=actor)
    return _answer(places, entry, hits[key])


def list_for_items(item_ids: Sequence[int], request: Request) -> Answer:
    """What goes with a set of items (a session, a basket, a bag): neighbours → popular → newest.

    By the model in use one product of its graph with the set; where that says nothing, an item's
    score is the mean over the set of its similarity to each member. Ids of items that do not
    exist count for nothing.
    """
    hit = request.look_up(POPULAR)[POPULAR]
    entry = computed_or_empty(partial(_together, item_ids, request), request.now)
    together = ranked(entry, Source.SIMILAR)
    stages: Iterable[Stage] = (
        chain(together, _popular_if_kept(hit)),
        _popular(hit, request.now),
        request.newest(),
    )
    if among := request.narrowing:
        stages = narrowed_stages(request, among, together)
    return _answer(fill(request.apart_from(item_ids), *stages), entry, hit)


def _together(item_ids: Sequence[int], request: Request) -> Entry:
    now = request.now
    held = model_for(Family.SIMILAR)
    among = request.narrowing
    places = [] if held is None else set_by_model(item_ids, held, now=now, among=among)
    if held is not None and (places or among):  # of few items it may well say nothing
        return Entry(tuple(places), now, held.version)
    keys = [Key(Family.SIMILAR, item_id) for item_id in dict.fromkeys(item_ids)]
    hits = request.look_up(*keys)
    return Entry(tuple(_mean([_neighbours(key, hits[key], now) for key in keys])), now, FORMULAS)


def _neighbours(key: Key, hit: Hit, now: datetime) -> Entry:
    try:
        return kept_or_computed(key, hit, now)
    except NotFound:
        return Entry((), now, FORMULAS)


def _if_kept(hit: Hit) -> tuple[Ranked, ...]:
    return hit.entry.ranked if hit.entry else ()


def _popular_if_kept(hit: Hit) -> Iterable[Candidate]:
    """With the first stage, so that a short list and what fills it are checked in one go."""
    return candidates(_if_kept(hit), Source.POPULAR)


def _popular(hit: Hit, now: datetime) -> Iterator[Candidate]:
    return lazily(lambda: ranked(kept_or_computed(POPULAR, hit, now), Source.POPULAR))


def _same_category(item_id: int, request: Request) -> Iterable[Candidate]:
    category_id = get_item(item_id).category_id
    if category_id is None:
        return ()
    alike: Any = list_items_in_categories([category_id], request.now)
    if request.narrowing:
        alike = request.narrowing.of(alike)
    ids = alike.popular_first().values_list("pk", flat=True)[:SAME_CATEGORY_CANDIDATES]
    places = (Ranked(alike_id, 0.0, SimilarityReason.SAME_CATEGORY) for alike_id in ids)
    return candidates(places, Source.CATEGORY)


def _mean(entries: Sequence[Entry]) -> Iterator[Ranked]:
    """All neighbours by their mean score, best first, ties by id; the reason is the nearest's."""
    scores: dict[int, float] = defaultdict(float)
    nearest: dict[int, Ranked] = {}
    for place in chain.from_iterable(entry.ranked for entry in entries):
        scores[place.item_id] += place.score / len(entries)
        known = nearest.get(place.item_id)
        if known is None or place.score > known.score:
            nearest[place.item_id] = place
    for item_id, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0])):
        yield Ranked(item_id, score, nearest[item_id].reason)


def _answer(places: list[Served], entry: Entry, hit: Hit) -> Answer:
    return Answer(places, entry.stored_at, hit.freshness is Freshness.STALE, entry.model)
