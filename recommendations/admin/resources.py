"""Interactions as a table: each row is reported by the service that takes events."""

from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone
from import_export.fields import Field

from recommendations.data import EventKind, EventStatus, NewEvent
from recommendations.models import Event
from recommendations.services import record_events
from recsys.lib.console.tables import NamedRowWidget, ServiceResource
from recsys.lib.errors import Conflict, InvalidInput


class EventResource(ServiceResource):
    """An event is known by its sender's id; one that is stored is not changed."""

    user = Field("user", "user", NamedRowWidget(get_user_model(), "username"))

    class Meta:
        model = Event
        fields = ["event_id", "user", "item", "kind", "value", "occurred_at"]
        import_id_fields = ["event_id"]
        clean_model_instances = True

    def write(self, row: Any, *, is_new: bool) -> int:
        if not is_new:
            raise Conflict("An event of this id is stored already.")
        event = NewEvent(
            row.user_id, row.item_id, EventKind(row.kind), row.value, row.occurred_at, row.event_id
        )
        (outcome,) = record_events(actor=self.actor, events=[event], now=timezone.now())
        if outcome.status == EventStatus.REFUSED:
            raise InvalidInput(outcome.detail)
        return Event.objects.values_list("pk", flat=True).get(event_id=row.event_id)
