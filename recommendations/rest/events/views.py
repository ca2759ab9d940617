from collections import Counter
from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from recommendations import services
from recommendations.data import EventOutcome, EventStatus, NewEvent
from recommendations.models import Event
from recommendations.rest.events.filters import EventFilter
from recommendations.rest.events.rows import event_from
from recommendations.rest.events.serializers import (
    EventReadSerializer,
    EventResultSerializer,
    EventResultsSerializer,
    EventWriteSerializer,
)
from recsys.lib.access import Actor
from recsys.lib.errors import InvalidInput, NotAllowed
from recsys.lib.idempotency.rest import idempotent
from recsys.lib.pagination import KeysetPagination

STATUSES = {EventStatus.STORED: 201, EventStatus.DUPLICATE: 200}


class NewestFirst(KeysetPagination):
    ordering = ("-occurred_at", "-id")


class EventViewSet(ListModelMixin, GenericViewSet):
    """What the caller did, newest first; managers see everybody's."""

    queryset = Event.objects.all()
    serializer_class = EventReadSerializer
    pagination_class = NewestFirst
    filterset_class = EventFilter

    @extend_schema(
        request=EventWriteSerializer(many=True),
        responses={200: EventResultsSerializer, 201: EventResultSerializer},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Report up to 1,000 events, each stored once by its `event_id`.

        A list is answered row by row, with 200: one that is refused keeps no other from being
        stored. A single object is answered with 201, 200 (known already), or its refusal.
        """
        sent = request.data
        if isinstance(sent, dict):
            (outcome,) = _record(request.user, [sent])
            return _single(outcome)
        if not isinstance(sent, list):
            raise InvalidInput("Send an event, or a list of them.")
        return _many(_record(request.user, sent))


class WorldVisitView(APIView):
    """Entering a world: an interaction with its map like any other."""

    queryset = Event.objects.all()

    @extend_schema(request=None, responses={201: EventResultSerializer})
    @idempotent
    def post(self, request: Request, pk: int) -> Response:
        return _single(services.record_visit(actor=request.user, world_id=pk, now=timezone.now()))


def _record(actor: Actor, rows: list[Any]) -> list[EventOutcome]:
    """The outcome of each row: those that cannot be read are refused here, the rest sent on."""
    if len(rows) > services.MAX_EVENTS:
        detail = f"Send at most {services.MAX_EVENTS} events at once."
        raise InvalidInput(detail, code="too_many")
    now = timezone.now()
    read = [_read(row, actor, now) for row in rows]
    events = [event for event in read if isinstance(event, NewEvent)]
    outcomes = iter(services.record_events(actor=actor, events=events, now=now))
    return [next(outcomes) if isinstance(row, NewEvent) else row for row in read]


def _read(row: Any, actor: Actor, now: datetime) -> NewEvent | EventOutcome:
    try:
        return event_from(row, user_id=actor.pk, now=now)
    except InvalidInput as error:
        event_id = row.get("event_id") if isinstance(row, dict) else None
        known = event_id if isinstance(event_id, str) else None
        return services.refused(known, error.code, error.detail)


def _shown(outcome: EventOutcome) -> dict[str, Any]:
    if outcome.status != EventStatus.REFUSED:
        return {"event_id": outcome.event_id, "status": outcome.status.value}
    return {
        "event_id": outcome.event_id,
        "status": outcome.status.value,
        "code": outcome.code,
        "detail": outcome.detail,
    }


def _single(outcome: EventOutcome) -> Response:
    if outcome.status == EventStatus.REFUSED:
        kind = NotAllowed if outcome.code == NotAllowed.code else InvalidInput
        raise kind(outcome.detail, code=outcome.code)
    return Response(_shown(outcome), status=STATUSES[outcome.status])


def _many(outcomes: list[EventOutcome]) -> Response:
    counts = Counter(outcome.status for outcome in outcomes)
    return Response(
        {
            **{status.value: counts[status] for status in EventStatus},
            "results": [_shown(outcome) for outcome in outcomes],
        }
    )
