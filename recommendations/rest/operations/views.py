"""What operators ask of the recommendation cache."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries import is_manager
from recommendations.data import Family
from recommendations.services import cache_statistics, clear_cache


class ManagersOnly(BasePermission):
    """Of what is no row of a table, and so has no policy."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return is_manager(request.user)


class FamilyStatisticsSerializer(serializers.Serializer[Any]):
    """`bytes` is approximate: keys and values. Look-ups are those of the last 24 hours."""

    entries = serializers.IntegerField()
    bytes = serializers.IntegerField()
    hits = serializers.IntegerField()
    stale_hits = serializers.IntegerField()
    misses = serializers.IntegerField()
    hit_rate = serializers.FloatField(allow_null=True)


class CacheStatisticsSerializer(serializers.Serializer[Any]):
    similar = FamilyStatisticsSerializer()
    popular = FamilyStatisticsSerializer()
    home = FamilyStatisticsSerializer()


class ClearSerializer(serializers.Serializer[Any]):
    family = serializers.ChoiceField(Family.choices, required=False)
    key = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, required=False, help_text="An item's or person's id."
    )


class ClearedSerializer(serializers.Serializer[Any]):
    cleared = serializers.IntegerField(help_text="How many entries there were.")


class CacheView(APIView):
    permission_classes = (ManagersOnly,)

    @extend_schema(operation_id="cache_statistics", responses=CacheStatisticsSerializer)
    def get(self, request: Request) -> Response:
        return Response(
            {family.value: each.as_dict() for family, each in cache_statistics().items()}
        )


class ClearCacheView(APIView):
    permission_classes = (ManagersOnly,)

    @extend_schema(
        operation_id="cache_clear", request=ClearSerializer, responses=ClearedSerializer
    )
    def post(self, request: Request) -> Response:
        asked = ClearSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        cleared = clear_cache(family=given.get("family"), list_id=given.get("key"))
        return Response({"cleared": cleared})
