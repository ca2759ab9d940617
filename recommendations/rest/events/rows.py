"""Events as clients send them, read row by row.

By hand: a serializer for each of 1,000 rows would cost more than storing them.
"""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from recommendations.data import EventKind, NewEvent
from recsys.lib.errors import InvalidInput

LARGEST_ID = 2**63 - 1
LONGEST_EVENT_ID = 64
KINDS: Mapping[Any, EventKind] = {kind.value: kind for kind in EventKind}


def event_from(row: Any, *, user_id: int, now: datetime) -> NewEvent:
    """A row as an event of `user_id`, or of whom it names. Raises InvalidInput."""
    if not isinstance(row, dict):
        raise InvalidInput("An event is an object.")
    return NewEvent(
        user_id=_id(row.get("user", user_id), "user"),
        item_id=_id(row.get("item"), "item"),
        kind=_kind(row.get("kind")),
        value=_number(row.get("value")),
        occurred_at=_moment(row.get("occurred_at"), now),
        event_id=_event_id(row.get("event_id")),
    )


def _id(value: Any, field: str) -> int:
    if type(value) is int and 1 <= value <= LARGEST_ID:
        return value
    raise InvalidInput(f"{field}: an id is a whole number from 1.")


def _kind(value: Any) -> EventKind:
    if isinstance(value, str) and value in KINDS:
        return KINDS[value]
    raise InvalidInput(f"kind: one of {', '.join(KINDS)}.", code="unknown_kind")


def _number(value: Any) -> float | None:
    if value is None:
        return None
    if type(value) in (int, float) and math.isfinite(value):
        return float(value)
    raise InvalidInput("value: a number, or nothing.")


def _moment(value: Any, now: datetime) -> datetime:
    """An ISO date and time, in UTC where it names no zone; `now` where there is none."""
    if value is None:
        return now
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (TypeError, ValueError, OverflowError) as error:
        raise InvalidInput("occurred_at: an ISO 8601 date and time.") from error


def _event_id(value: Any) -> str:
    if isinstance(value, str) and 1 <= len(value) <= LONGEST_EVENT_ID:
        return value
    raise InvalidInput(f"event_id: text of 1 to {LONGEST_EVENT_ID} characters, your own.")
