from rest_framework import serializers

from recommendations.data import EventKind, EventStatus
from recommendations.models import Event


class EventReadSerializer(serializers.ModelSerializer):
    class Meta:
        model = Event
        fields = ["event_id", "user", "item", "kind", "value", "occurred_at"]
        read_only_fields = fields


class EventWriteSerializer(serializers.Serializer):
    """For the documentation: rows are read by `rows.event_from`."""

    event_id = serializers.CharField(max_length=64, help_text="Yours: a repeat is stored once.")
    item = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(EventKind.choices)
    value = serializers.FloatField(required=False, allow_null=True)
    occurred_at = serializers.DateTimeField(
        required=False, help_text="Now, where it is not given; at most 5 minutes ahead."
    )
    user = serializers.IntegerField(
        min_value=1, required=False, help_text="Somebody else, with `ingest_events` only."
    )


class EventResultSerializer(serializers.Serializer):
    event_id = serializers.CharField(allow_null=True)
    status = serializers.ChoiceField(EventStatus.choices)
    code = serializers.CharField(required=False, help_text="Why it was refused.")
    detail = serializers.CharField(required=False)


class EventResultsSerializer(serializers.Serializer):
    """What became of each row, in the order in which they were sent."""

    stored = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = EventResultSerializer(many=True)
