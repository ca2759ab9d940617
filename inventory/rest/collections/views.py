"""What people keep: watchlists and bags."""

from django.db.models import Prefetch, prefetch_related_objects
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from inventory import services
from inventory.models import Item, WatchlistItem
from inventory.rest.collections.serializers import (
    CARD_FIELDS,
    WatchlistReadSerializer,
    WatchlistWriteSerializer,
)
from recsys.lib.access import Actor, readable_by
from recsys.lib.pagination import KeysetPagination


def card_of_item(actor: Actor) -> Prefetch:
    """`row.card`: the item as the actor may see it at this moment, or None."""
    visible = readable_by(actor, Item.objects.only(*CARD_FIELDS))
    return Prefetch("item", queryset=visible, to_attr="card")


class NewestFirst(KeysetPagination):
    ordering = ("-created_at", "-id")


class WatchlistViewSet(mixins.ListModelMixin, viewsets.GenericViewSet):
    """The caller's watchlist, newest first."""

    queryset = WatchlistItem.objects.all()
    serializer_class = WatchlistReadSerializer
    pagination_class = NewestFirst
    lookup_url_kwarg = "item"
    lookup_value_regex = "[0-9]{1,19}"

    def get_queryset(self):
        return super().get_queryset().prefetch_related(card_of_item(self.request.user))

    @extend_schema(
        request=WatchlistWriteSerializer,
        responses={201: WatchlistReadSerializer, 200: WatchlistReadSerializer},
    )
    def create(self, request: Request) -> Response:
        """Watch an item: 201 if it is new on the list, 200 if it was there."""
        body = WatchlistWriteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        row, is_new = services.watch_item(actor=request.user, item_id=body.validated_data["item"])
        prefetch_related_objects([row], card_of_item(request.user))
        return Response(self.get_serializer(row).data, status=201 if is_new else 200)

    @extend_schema(
        parameters=[OpenApiParameter("item", int, OpenApiParameter.PATH)], responses={204: None}
    )
    def destroy(self, request: Request, item: str) -> Response:
        """Stop watching an item; nothing happens if it was not watched."""
        services.unwatch_item(actor=request.user, item_id=int(item))
        return Response(status=204)
