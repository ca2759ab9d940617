"""Events that come in numbers; each is stored once, by the sender's id."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from recommendations.data import NewEvent
from recommendations.models import Event
from recsys.lib.bulk import analyze, insert_new


@transaction.atomic
def import_events(events: Sequence[NewEvent]) -> int:
    """Store those events whose id is not known yet; how many they were."""
    columns: dict[str, Sequence[Any]] = {
        "user": [event.user_id for event in events],
        "item": [event.item_id for event in events],
        "kind": [event.kind for event in events],
        "value": [event.value for event in events],
        "occurred_at": [event.occurred_at for event in events],
        "event_id": [event.event_id for event in events],
    }
    return len(insert_new(Event, columns, returning="id"))


def analyze_events() -> None:
    analyze(Event)
