"""Events that come in numbers; each is stored once, by the sender's id.

Of a batch, every row has an outcome of its own: one that is refused keeps no other from being
stored. The items are checked by one statement and the rest inserted by one more.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction

from accounts.queries import existing_user_ids
from inventory.queries import get_world, visible_item_ids
from recommendations import cache
from recommendations.cache import Key
from recommendations.data import EventKind, EventOutcome, EventStatus, Family, NewEvent
from recommendations.models import Event
from recsys.lib.access import Actor
from recsys.lib.bulk import analyze, insert_new
from recsys.lib.errors import InvalidInput, Unavailable
from recsys.lib.retry import retried_transaction

MAX_EVENTS = 1_000
CLOCK_SKEW = timedelta(minutes=5)
"""How far ahead of ours a sender's clock may be."""


@transaction.atomic
def import_events(events: Sequence[NewEvent]) -> int:
    """Store those events whose id is not known yet; how many they were."""
    return len(insert_new(Event, _columns(events), returning="id"))


def analyze_events() -> None:
    analyze(Event)


def record_events(
    *, actor: Actor, events: Sequence[NewEvent], now: datetime
) -> list[EventOutcome]:
    """Store what the actor, or somebody they may speak for, did; the outcome of each, in order.

    At most once for each `event_id`, whoever sends it how often, in one batch or in many at once.
    A row is refused if it lies in the future, names an item the actor may not see or a person who
    does not exist, or is about somebody else and the actor may not `ingest_events`; with that
    permission any item counts, hidden ones too. Raises InvalidInput for more than `MAX_EVENTS`.
    """
    if len(events) > MAX_EVENTS:
        raise InvalidInput(f"Send at most {MAX_EVENTS} events at once.", code="too_many")
    check = _Check(actor, events, now)
    refusals = [check.refusal(event) for event in events]
    accepted = [e for e, refusal in zip(events, refusals, strict=True) if refusal is None]
    stored = _store(accepted)
    cache.drop({Key(Family.HOME, event.user_id) for event in accepted})
    return [
        refusal or _outcome(event, stored) for event, refusal in zip(events, refusals, strict=True)
    ]


def record_visit(*, actor: Actor, world_id: int, now: datetime) -> EventOutcome:
    """The actor enters a world: an interaction with the map it runs. Raises NotFound."""
    world = get_world(world_id, actor=actor)
    visit = NewEvent(actor.pk, world.map_id, EventKind.VISIT, None, now, uuid4().hex)
    (outcome,) = record_events(actor=actor, events=[visit], now=now)
    return outcome


class _Check:
    """What a batch is checked against, read once for all its rows."""

    def __init__(self, actor: Actor, events: Sequence[NewEvent], now: datetime) -> None:
        self.actor_id = actor.pk
        self.latest = now + CLOCK_SKEW
        others = {event.user_id for event in events} - {actor.pk}
        self.may_ingest = actor.has_perm("recommendations.ingest_events")
        self.people = existing_user_ids(others) if others and self.may_ingest else set()
        items = {event.item_id for event in events}
        self.items = visible_item_ids(items, actor=None if self.may_ingest else actor)

    def refusal(self, event: NewEvent) -> EventOutcome | None:
        if event.occurred_at > self.latest:
            return refused(event.event_id, "in_future", "This lies more than 5 minutes ahead.")
        if event.user_id != self.actor_id:
            if not self.may_ingest:
                detail = "You may report your own events only."
                return refused(event.event_id, "permission_denied", detail)
            if event.user_id not in self.people:
                return refused(event.event_id, "unknown_user", "There is no such person.")
        if event.item_id not in self.items:
            return refused(event.event_id, "unknown_item", "There is no such item.")
        return None


def refused(event_id: str | None, code: str, detail: str) -> EventOutcome:
    return EventOutcome(event_id, EventStatus.REFUSED, code, detail)


def _store(events: Sequence[NewEvent]) -> set[str]:
    """Ids of those that were new. In the order of their ids: no two batches wait in a ring."""
    try:
        return _insert(sorted(events, key=lambda event: event.event_id))
    except IntegrityError as error:  # a person or an item was deleted since the check
        detail = "Something this is about has just been deleted; try again."
        raise Unavailable(detail, retry_after=1) from error


@retried_transaction
def _insert(events: Sequence[NewEvent]) -> set[str]:
    return set(insert_new(Event, _columns(events), returning="event_id"))


def _outcome(event: NewEvent, stored: set[str]) -> EventOutcome:
    """The first of a batch with an id that was new is the one that was stored."""
    if event.event_id in stored:
        stored.remove(event.event_id)
        return EventOutcome(event.event_id, EventStatus.STORED)
    return EventOutcome(event.event_id, EventStatus.DUPLICATE)


def _columns(events: Sequence[NewEvent]) -> dict[str, Sequence[Any]]:
    return {
        "user": [event.user_id for event in events],
        "item": [event.item_id for event in events],
        "kind": [event.kind for event in events],
        "value": [event.value for event in events],
        "occurred_at": [event.occurred_at for event in events],
        "event_id": [event.event_id for event in events],
    }
