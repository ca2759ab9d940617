"""The same lists, of those items only that fulfil what was asked for besides.

First what is kept, in its order; where that leaves too few, the same list made anew among the
items that fulfil it (unless all that is kept do: then it would be no other); then what is popular
among them, and the newest of them. None of it is kept: there are as many such lists as things to
ask for.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import NamedTuple

from accounts.queries import blocked_by
from inventory.queries import Narrowing, live_items
from recommendations.cache import Key
from recommendations.data import Family, Ranked, Reason, Source
from recommendations.services.lists import compute_narrowed
from recommendations.serving.cards import NEWEST_AT_ONCE
from recommendations.serving.pipeline import Candidate, Request
from recommendations.serving.stages import candidates, computed_or_empty, lazily, ranked
from recsys.lib.keyset import columns_of, ordered, rows_after

POPULAR = Key(Family.POPULAR)
Stage = Iterable[Candidate]


def narrowed_stages(
    request: Request,
    narrowing: Narrowing,
    kept: Iterator[Candidate],
    *,
    anew: Stage | None = None,
    alike: Stage | None = None,
) -> Iterator[Stage]:
    """The `kept` ones that fulfil it, the stages `anew` and `alike`, which know it, and fallbacks.

    The kept list and the popular one are asked about in one statement.
    """
    if narrowing.categories == ():  # there is no such category
        return
    own, popular = _fulfilling(narrowing, list(kept), _popular_if_kept(request))
    is_other = own.is_fewer or narrowing.categories is not None
    between = [stage for stage in (anew if is_other else None, alike) if stage is not None]
    if between:
        yield own.left
        yield from between
        yield popular.left
    else:
        yield chain(own.left, popular.left)
    if popular.is_fewer or not popular.left:
        yield made_anew(request, narrowing, POPULAR, Source.POPULAR)
    yield newest_among(request, narrowing)


class Part(NamedTuple):
    """What a narrowing left of a list, and whether that is fewer."""

    left: list[Candidate]
    is_fewer: bool


def _fulfilling(narrowing: Narrowing, *lists: list[Candidate]) -> Iterator[Part]:
    fulfil = narrowing.among([each.item_id for each in chain.from_iterable(lists)])
    for whole in lists:
        left = [candidate for candidate in whole if candidate.item_id in fulfil]
        yield Part(left, len(left) < len(whole))


def _popular_if_kept(request: Request) -> list[Candidate]:
    entry = request.look_up(POPULAR)[POPULAR].entry
    return [] if entry is None else list(ranked(entry, Source.POPULAR))


def made_anew(request: Request, narrowing: Narrowing, key: Key, source: Source) -> Stage:
    """What would be kept under `key` were there only the items that fulfil the narrowing."""
    compute = partial(compute_narrowed, key, narrowing, now=request.now)
    return lazily(lambda: ranked(computed_or_empty(compute, request.now), source))


def newest_among(request: Request, narrowing: Narrowing) -> Stage:
    """All live ones that fulfil it, the newest first; read a hundred at a time.

    Whose sellers the person wants none of: of a large shop that may be all. What else they do not
    want, the check of the candidates takes out, as of every stage.
    """
    user, items = request.user_id, live_items(request.now)
    if user is not None:
        items = items.exclude(seller=user).exclude(seller__in=blocked_by(user).values("blocked"))
    items = narrowing.of(items)
    columns = columns_of(items.model, ("-created_at", "-id"))
    rows = items
    while True:
        page = list(ordered(rows, columns).values_list("created_at", "id")[:NEWEST_AT_ONCE])
        yield from candidates(
            (Ranked(item_id, 0.0, Reason.NEWEST) for _, item_id in page), Source.NEWEST
        )
        if len(page) < NEWEST_AT_ONCE:
            return
        rows = rows_after(items, columns, page[-1])
