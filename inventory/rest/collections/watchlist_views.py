from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from inventory import services
from inventory.models import WatchlistItem
from inventory.rest.collections.cards import card_of_item, with_card
from inventory.rest.collections.serializers import (
    WatchlistReadSerializer,
    WatchlistWriteSerializer,
    valid,
)
from recsys.lib.idempotency.rest import idempotent
from recsys.lib.pagination import KeysetPagination


class NewestFirst(KeysetPagination):
    ordering = ("-created_at", "-id")


class WatchlistViewSet(ListModelMixin, GenericViewSet):
    """The caller's watchlist, newest first."""

    queryset = WatchlistItem.objects.all()
    serializer_class = WatchlistReadSerializer
    pagination_class = NewestFirst
    lookup_url_kwarg = "item"
    lookup_value_regex = "[0-9]{1,19}"

    def get_queryset(self) -> Any:
        return super().get_queryset().prefetch_related(card_of_item(self.request.user))

    @extend_schema(
        request=WatchlistWriteSerializer,
        responses={201: WatchlistReadSerializer, 200: WatchlistReadSerializer},
    )
    @idempotent
    def create(self, request: Request) -> Response:
        """Watch an item: 201 if it is new on the list, 200 if it was there."""
        item_id = valid(WatchlistWriteSerializer, request.data)["item"]
        row, is_new = services.watch_item(actor=request.user, item_id=item_id)
        shown = self.get_serializer(with_card(row, request.user))
        return Response(shown.data, status=201 if is_new else 200)

    @extend_schema(
        parameters=[OpenApiParameter("item", int, OpenApiParameter.PATH)], responses={204: None}
    )
    def destroy(self, request: Request, item: str) -> Response:
        """Stop watching an item; nothing happens if it was not watched."""
        services.unwatch_item(actor=request.user, item_id=int(item))
        return Response(status=204)
