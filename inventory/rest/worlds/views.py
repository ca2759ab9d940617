from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ModelViewSet, ReadOnlyModelViewSet

from inventory import services
from inventory.models import Happening, World
from inventory.rest.collections.serializers import valid
from inventory.rest.worlds.filters import HappeningFilter, WorldFilter
from inventory.rest.worlds.serializers import (
    HappeningReadSerializer,
    HappeningWriteSerializer,
    HeartbeatSerializer,
    WorldReadSerializer,
    WorldWriteSerializer,
)
from recsys.lib.access import PolicyPermission
from recsys.lib.idempotency.rest import idempotent
from recsys.lib.pagination import KeysetPagination

ID = "[0-9]{1,19}"


class WorldViewSet(ReadOnlyModelViewSet):
    """Running shards, and whether each still reports itself."""

    queryset = World.objects.all()
    serializer_class = WorldReadSerializer
    permission_classes = (IsAuthenticatedOrReadOnly, PolicyPermission)
    filterset_class = WorldFilter
    lookup_value_regex = ID

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "now": timezone.now()}

    @extend_schema(
        request=WorldWriteSerializer,
        responses={201: WorldReadSerializer, 200: WorldReadSerializer},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Register a shard: 201, or 200 where one was known at this address and port."""
        body = valid(WorldWriteSerializer, request.data)
        world, is_new = services.register_world(
            actor=request.user, map_id=body.pop("map"), now=timezone.now(), **body
        )
        return Response(self.get_serializer(world).data, status=201 if is_new else 200)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        services.remove_world(actor=request.user, world_id=int(pk))
        return Response(status=204)

    @extend_schema(request=HeartbeatSerializer, responses=WorldReadSerializer)
    @action(detail=True, methods=["post"])
    def heartbeat(self, request: Request, pk: str) -> Response:
        """Say that a world still runs, and how many are in it."""
        world = services.report_heartbeat(
            actor=request.user,
            world_id=int(pk),
            now=timezone.now(),
            **valid(HeartbeatSerializer, request.data),
        )
        return Response(self.get_serializer(world).data)


class BySoonest(KeysetPagination):
    ordering = ("starts_at", "id")


class HappeningViewSet(ModelViewSet):
    """What takes place in worlds, by when it starts."""

    queryset = Happening.objects.all()
    permission_classes = (IsAuthenticatedOrReadOnly, PolicyPermission)
    pagination_class = BySoonest
    filterset_class = HappeningFilter
    lookup_value_regex = ID
    http_method_names = ("get", "post", "patch", "delete", "head", "options")

    def get_serializer_class(self) -> Any:
        is_write = self.action in ("create", "partial_update")
        return HappeningWriteSerializer if is_write else HappeningReadSerializer

    @extend_schema(request=HappeningWriteSerializer, responses={201: HappeningReadSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        return self._saved(HappeningWriteSerializer(data=request.data), status=201)

    @extend_schema(request=HappeningWriteSerializer, responses=HappeningReadSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        happening = self.get_object()
        return self._saved(
            HappeningWriteSerializer(happening, data=request.data, partial=True), status=200
        )

    def _saved(self, body: HappeningWriteSerializer, *, status: int) -> Response:
        body.is_valid(raise_exception=True)
        return Response(HappeningReadSerializer(body.save()).data, status=status)
