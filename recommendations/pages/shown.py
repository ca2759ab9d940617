"""Served places as the pages show them: an item's card, and why it is there."""

from dataclasses import dataclass
from datetime import datetime

from inventory.cards import ItemCard
from inventory.pages.cards import draw_card
from recommendations.data import REASON_WORDS
from recommendations.serving import Answer


@dataclass(frozen=True, slots=True)
class Shown:
    card: ItemCard
    reason: str
    """As a program counts it."""
    why: str
    """As a person reads it."""

    def draw(self, hideable: bool) -> str:
        return draw_card(self.card, why=self.why, reason=self.reason, hideable=hideable)


def shown(answer: Answer, now: datetime) -> list[Shown]:
    reasons = ((place, place.candidate.reason) for place in answer.places)
    return [
        Shown(ItemCard.of_row(place.row, now), reason, REASON_WORDS[reason])
        for place, reason in reasons
    ]


def ids_of(*lists: list[Shown]) -> set[int]:
    return {place.card.id for places in lists for place in places}
