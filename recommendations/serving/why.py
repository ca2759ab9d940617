"""Why a person sees an item, or why they do not: in words, and as a code a program can count.

Asked of any person and any item. First the gates, in the order in which they are tried when a
list is served; an item that passes them all has a place in the list, or scores too low for one.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from accounts.queries import blocked_by
from bidding.queries import bids_of, orders_of
from inventory.data import AuctionStatus, PublicationStatus
from inventory.queries import (
    get_item,
    list_published_items,
    live_items,
    watches_of_person,
)
from recommendations.data import FORMULAS, REASON_WORDS, Family, Source
from recommendations.models import Event
from recommendations.services.accounts import Attribute, accounts_of, attributes_for
from recommendations.services.evidence import read_deeds
from recommendations.services.parts import ScoreParts, score_parts_batch
from recommendations.services.placements import model_for
from recommendations.serving.lists import home_list
from recommendations.serving.pipeline import Answer, Request, Served
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
    BLOCKED = "blocked"
    KNOWN = "known"
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
    Gate.BLOCKED: "Its seller is blocked.",
    Gate.KNOWN: "It was looked at, rated or collected already; lists show what is new.",
    Gate.OUTRANKED: "Other items fit better; it scores too low for the list.",
}


@dataclass(frozen=True, slots=True)
class MadeOf:
    """What a score consists of, from the numbers of what gave it."""

    parts: ScoreParts | None = None
    """Of a score by the formula."""
    terms: Mapping[str, float] = field(default_factory=dict)
    """Of a score by a model: what each term adds."""
    because: list[tuple[int, float]] = field(default_factory=list)
    """What of the person's own speaks most for it: item, and its share of all that does."""

    @property
    def amounts(self) -> Mapping[str, float]:
        """By the names of what was added up; they sum to the score."""
        if self.parts is None:
            return self.terms
        return {name: getattr(self.parts, name) for name in ("interest", "popularity", "recency")}


@dataclass(frozen=True, slots=True)
class Named:
    """An item of the person's own, and its share of what speaks for another."""

    item: int
    title: str
    share: float

    @property
    def percent(self) -> int:
        return round(100 * self.share)


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
    terms: Mapping[str, float] | None = None
    """Of a score by a model: what each term adds."""
    drawn: dict[str, float] | None = None
    """Of a place that exploration gave it: with what `propensity`, `among` how many."""
    because: list[Named] = field(default_factory=list)
    """What of the person's own speaks most for it, by the model."""
    attributes: list[Attribute] = field(default_factory=list)
    """What of what is said of it speaks most for it, by the model."""

    @property
    def total(self) -> float:
        """What the terms sum to."""
        return sum((self.terms or {}).values())

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
    place = next((each for each in answer.places if each.candidate.item_id == item_id), None)
    if place is not None:
        made_of = places_made_of(answer, [place], user_id).get(item_id)
        return _recommended(place, _in_words(made_of, item_id, user_id, answer))
    gate = Gate.KNOWN if _is_known(item_id, user_id, answer) else Gate.OUTRANKED
    made_of = scores_made_of(answer, user_id, [item_id]).get(item_id)
    told = _in_words(made_of, item_id, user_id, answer)
    return Explanation(item_id, recommended=False, detail=WORDS[gate], gate=gate, **told)


def _is_known(item_id: int, user_id: int, answer: Answer) -> bool:
    """Whether the person had to do with it: a model's list is of what they have not met yet."""
    return answer.model != FORMULAS and item_id in read_deeds(people=[user_id]).items


def places_made_of(answer: Answer, places: Collection[Served], user_id: int) -> dict[int, MadeOf]:
    """By item, what the scores of those places consist of that are the person's own.

    The score of a place that was filled up (popular, newest) is not of their making.
    """
    own = [each.candidate for each in places if each.candidate.source == Source.PERSONAL]
    return scores_made_of(answer, user_id, [each.item_id for each in own])


def scores_made_of(answer: Answer, user_id: int, item_ids: Collection[int]) -> dict[int, MadeOf]:
    """By item, what its score consists of: with what made the list, at the time it was made.

    Without items that this has no score for.
    """
    at = answer.generated_at
    if answer.model == FORMULAS:
        parts = score_parts_batch(user_id, item_ids, now=at)
        return {item_id: MadeOf(parts=each) for item_id, each in parts.items()}
    held = model_for(Family.HOME)
    accounts = {} if held is None else accounts_of(user_id, item_ids, held, now=at)
    return {
        item_id: MadeOf(terms=each.terms, because=each.because)
        for item_id, each in accounts.items()
    }


def _in_words(
    made_of: MadeOf | None, item_id: int, user_id: int, answer: Answer
) -> dict[str, Any]:
    """The same as fields of an explanation, what is named with its title."""
    if made_of is None:
        return {}
    ids = [own for own, _ in made_of.because]
    titles = dict(list_published_items().filter(pk__in=ids).values_list("pk", "title"))
    because = [Named(own, titles[own], share) for own, share in made_of.because if own in titles]
    held = model_for(Family.HOME) if made_of.terms else None
    at = answer.generated_at
    return {
        "parts": made_of.parts,
        "terms": made_of.terms or None,
        "because": because,
        "attributes": attributes_for(user_id, item_id, held, now=at) if held else [],
    }


def _recommended(place: Served, told: Mapping[str, Any]) -> Explanation:
    candidate = place.candidate
    return Explanation(
        item=candidate.item_id,
        recommended=True,
        detail=f"{REASON_WORDS[candidate.reason]}.",
        rank=place.rank,
        score=round(candidate.score, 6),
        reason=candidate.reason,
        source=candidate.source,
        drawn=candidate.drawn and candidate.drawn._asdict(),
        **told,
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
    Gate.BLOCKED: lambda item, user_id, _: (
        blocked_by(user_id).filter(blocked=item.seller).exists()
    ),
}
"""In order; the first that is closed is the answer."""
