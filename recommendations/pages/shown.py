"""Served places as the pages show them: an item's card, and why it is there."""

from datetime import datetime
from typing import NamedTuple

from inventory.pages.cards import draw_recommended
from recommendations.data import REASON_WORDS
from recommendations.serving import Answer


class Shown(NamedTuple):
    item_id: int
    card: str
    """JSON, as the database wrote it."""
    reason: str
    """As a program counts it; REASON_WORDS has it as a person reads it."""
    now: datetime

    def draw(self, hideable: bool) -> str:
        return draw_recommended(
            self.card,
            self.now,
            why=REASON_WORDS[self.reason],
            reason=self.reason,
            hideable=hideable,
        )


def shown(answer: Answer, now: datetime) -> list[Shown]:
    """The places of an answer whose items were asked for as text (`Shape.TEXT`)."""
    return [
        Shown(place.candidate.item_id, place.row, place.candidate.reason, now)
        for place in answer.places
    ]


def ids_of(*lists: list[Shown]) -> set[int]:
    return {place.item_id for places in lists for place in places}
