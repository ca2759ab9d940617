"""Served places as the cards show them: an item, and why it is there."""

from dataclasses import dataclass
from typing import Any

from recommendations.data import REASON_WORDS
from recommendations.serving import Answer
from recommendations.serving.cards import card


@dataclass(frozen=True, slots=True)
class Shown:
    item: dict[str, Any]
    reason: str
    """As a program counts it."""
    why: str
    """As a person reads it."""


def shown(answer: Answer) -> list[Shown]:
    reasons = ((place, place.candidate.reason) for place in answer.places)
    return [Shown(card(place.row), reason, REASON_WORDS[reason]) for place, reason in reasons]


def ids_of(*lists: list[Shown]) -> set[int]:
    return {place.item["id"] for places in lists for place in places}
