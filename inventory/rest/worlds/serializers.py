from datetime import datetime
from typing import Any

from rest_framework import serializers

from inventory.models import Happening, World
from inventory.querysets import WORLD_FRESHNESS
from inventory.rest.collections.serializers import IdField

LARGEST_NUMBER = 2**31 - 1


class WorldReadSerializer(serializers.ModelSerializer):
    is_fresh = serializers.SerializerMethodField(help_text="Seen within the last 30 seconds.")

    class Meta:
        model = World
        fields = [
            "id",
            "name",
            "map",
            "address",
            "port",
            "current_users",
            "max_users",
            "last_seen_at",
            "is_fresh",
        ]
        read_only_fields = fields

    def get_is_fresh(self, world: World) -> bool:
        now: datetime = self.context["now"]
        return world.last_seen_at >= now - WORLD_FRESHNESS


class WorldWriteSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=120)
    map = IdField()
    address = serializers.CharField(max_length=255)
    port = serializers.IntegerField(min_value=1, max_value=65_535)
    max_users = serializers.IntegerField(min_value=1, max_value=LARGEST_NUMBER)


class HeartbeatSerializer(serializers.Serializer):
    current_users = serializers.IntegerField(min_value=0, max_value=LARGEST_NUMBER)


class HappeningReadSerializer(serializers.ModelSerializer):
    class Meta:
        model = Happening
        fields = ["id", "name", "description", "starts_at", "ends_at", "world"]
        read_only_fields = fields


class HappeningWriteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Happening
        fields = ["name", "description", "starts_at", "ends_at", "world"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        names = ("starts_at", "ends_at")
        present: dict[str, Any] = {name: getattr(self.instance, name, None) for name in names}
        span = present | attrs
        if span["starts_at"] >= span["ends_at"]:
            raise serializers.ValidationError({"ends_at": ["It must end after it starts."]})
        return attrs
