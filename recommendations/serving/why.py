"""Why a person sees an item, or why they do not: in words, and as a code a program can count.

Asked of any person and any item. First the gates, in the order in which they are tried when a
list is served; an item that passes them all has a place in the list, or scores too low for one.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from bidding.queries import bids_of, orders_of
from inventory.data import AuctionStatus, PublicationStatus
from inventory.queries import (
    get_item,
    list_published_items,
    live_items,
    watches_of_person,
)
from recommendations.data import FORMULAS, REASON_WORDS, Family
from recommendations.models import Event
from recommendations.services.parts import ScoreParts, score_parts
from recommendations.services.placements import model_for
from recommendations.services.tastes import account_of
from recommendations.serving.lists import home_list
from recommendations.serving.pipeline import Request, Served
from recsys.lib.access import Actor


class Gate(StrEnum):
    """What keeps an item out of a person's list, whatever its score."""

    NOT_PUBLISHED = "not_published"
    HIDDEN = "hidden"
    NOT_OPEN = "not_open"
    ENDED = "ended"
    OWN = "own"
    BID_ON = "bid_on"
    WATCHED = "watched"
    BOUGHT = "bought"
    HIDDEN_BY_PERSON = "hidden_by_person"
    OUTRANKED = "outranked"


WORDS = {
    Gate.NOT_PUBLISHED: "It is not published.",
    Gate.HIDDEN: "It was hidden by an operator.",
    Gate.NOT_OPEN: "Its auction is paused or cancelled.",
    Gate.ENDED: "Its auction has ended.",
    Gate.OWN: "Nobody is recommended what they sell themselves.",
    Gate.BID_ON: "There is a bid on it already.",
    Gate.WATCHED: "It is on the watchlist already.",
    Gate.BOUGHT: "It was bought already.",
    Gate.HIDDEN_BY_PERSON: "It was marked as not interesting.",
    Gate.OUTRANKED: "Other items fit better; it scores too low for the list.",
}


@dataclass(frozen=True, slots=True)
class Named:
    """An item of the person's own, and its share of what speaks for another."""

    item: int
    title: str
    share: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """`rank` is the place in the person's list; without one, `gate` says what keeps it out."""

    item: int
    recommended: bool
    detail: str
    rank: int | None = None
    score: float | None = None
    reason: str | None = None
    source: str | None = None
    gate: str | None = None
    parts: ScoreParts | None = None
    """Of a score by the formula."""
    terms: dict[str, float] | None = None
    """Of a score by a model: what each term adds."""
    because: list[Named] = field(default_factory=list)
    """What of the person's own speaks most for it, by the model."""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def explain(item_id: int, request: Request, *, actor: Actor | None) -> Explanation:
    """Why `request.user_id` sees the item in their list of `request.limit`, or why not.

    NotFound: there is no such item, or none the actor may see; `None` sees all.
    """
    item = get_item(item_id, actor=actor)
    user_id, now = request.user_id or 0, request.now
    gate = next((gate for gate, closed in GATES.items() if closed(item, user_id, now)), None)
    if gate is not None:
        return Explanation(item_id, recommended=False, detail=WORDS[gate], gate=gate)
    answer = home_list(request)
    made_of = _made_of(answer.model, user_id, item_id, now)
    for place in answer.places:
        if place.candidate.item_id == item_id:
            return _recommended(place, made_of)
    return Explanation(
        item_id, recommended=False, detail=WORDS[Gate.OUTRANKED], gate=Gate.OUTRANKED, **made_of
    )


def _made_of(model: str, user_id: int, item_id: int, now: datetime) -> dict[str, Any]:
    """What the score consists of, from the numbers of what made the list."""
    held = None if model == FORMULAS else model_for(Family.HOME)
    account = None if held is None else account_of(user_id, item_id, held, now=now)
    if account is None:
        return {"parts": score_parts(user_id, item_id, now=now)}
    ids = [own for own, _ in account.because]
    titles = dict(list_published_items().filter(pk__in=ids).values_list("pk", "title"))
    because = [Named(own, titles[own], share) for own, share in account.because if own in titles]
    return {"terms": account.terms, "because": because}


def _recommended(place: Served, made_of: dict[str, Any]) -> Explanation:
    candidate = place.candidate
    return Explanation(
        item=candidate.item_id,
        recommended=True,
        detail=f"{REASON_WORDS[candidate.reason]}.",
        rank=place.rank,
        score=round(candidate.score, 6),
        reason=candidate.reason,
        source=candidate.source,
        **made_of,
    )


def _marked(item: Any, user_id: int, _now: datetime) -> bool:
    return Event.objects.filter(user=user_id, item=item, kind=Event.Kind.HIDE).exists()


GATES: dict[Gate, Callable[[Any, int, datetime], bool]] = {
    Gate.NOT_PUBLISHED: lambda item, *_: item.publication_status != PublicationStatus.PUBLISHED,
    Gate.HIDDEN: lambda item, *_: item.is_hidden,
    Gate.ENDED: lambda item, _, now: (
        item.auction_status in (AuctionStatus.ENDED, AuctionStatus.SOLD)
        or (item.auction_status is not None and item.end_at is not None and item.end_at <= now)
    ),
    Gate.NOT_OPEN: lambda item, _, now: not live_items(now).filter(pk=item.pk).exists(),
    Gate.OWN: lambda item, user_id, _: item.seller_id == user_id,
    Gate.BOUGHT: lambda item, user_id, _: orders_of(user_id).filter(item=item).exists(),
    Gate.BID_ON: lambda item, user_id, _: bids_of(user_id).filter(item=item).exists(),
    Gate.WATCHED: lambda item, user_id, _: watches_of_person(user_id).filter(item=item).exists(),
    Gate.HIDDEN_BY_PERSON: _marked,
}
"""In order; the first that is closed is the answer."""
