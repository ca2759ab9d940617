"""What exploration put into a list is noted when the list goes out, with the chance it had."""

import logging

from django.db import DatabaseError

from recommendations import cache
from recommendations.cache import Key
from recommendations.data import Family
from recommendations.services.explorations import Shown, record_explorations
from recommendations.serving.lists import home_list
from recommendations.serving.pipeline import Answer, Request

logger = logging.getLogger(__name__)


def shown_home_list(request: Request) -> Answer:
    """`home_list` as it goes out to the person; who only looks into a list leaves no trace."""
    answer = home_list(request)
    shown = [
        Shown(place.candidate.item_id, place.rank, place.candidate.drawn)
        for place in answer.places
        if place.candidate.drawn
    ]
    if shown and request.user_id is not None:
        _note(request.user_id, shown, answer.model, request)
    return answer


def _note(user_id: int, shown: list[Shown], model: str, request: Request) -> None:
    """Once a day for the same items. A table that cannot be written costs the note, no answer."""
    items = ".".join(str(each.item_id) for each in shown)
    if not cache.claim_note(Key(Family.HOME, user_id), f"{request.now:%Y%m%d}:{items}"):
        return
    try:
        record_explorations(user_id=user_id, shown=shown, model=model, now=request.now)
    except DatabaseError:
        logger.exception("what was explored for %s could not be noted", user_id)
