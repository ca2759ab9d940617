from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from inventory import services
from inventory.jsonld_bags import entries_document
from inventory.models import Bag, BagEntry
from inventory.rest.collections.cards import card_of_item, with_card
from inventory.rest.collections.serializers import (
    BagEntryAddSerializer,
    BagEntryReadSerializer,
    BagEntryWriteSerializer,
    valid,
)
from recsys.lib.access import PolicyPermission
from recsys.lib.idempotency.rest import HEADER, idempotent
from recsys.lib.jsonld.rest import LinkedAnswers
from recsys.lib.lookup import get_readable
from recsys.lib.pagination import KeysetPagination

BAG = OpenApiParameter("bag_id", int, OpenApiParameter.PATH)
ITEM = OpenApiParameter("item", int, OpenApiParameter.PATH)


class ByItem(KeysetPagination):
    ordering = ("item",)


class BagEntryViewSet(LinkedAnswers, ListModelMixin, GenericViewSet):
    """What lies in one bag, by item."""

    queryset = BagEntry.objects.all()
    serializer_class = BagEntryReadSerializer
    permission_classes = (IsAuthenticatedOrReadOnly, PolicyPermission)
    pagination_class = ByItem
    lookup_url_kwarg = "item"
    lookup_value_regex = "[0-9]{1,19}"

    def linked_data(self, data: Any, media_type: str) -> dict[str, Any]:
        page = data if self.action == "list" else {"results": [data]}
        here = self.request.build_absolute_uri()
        return entries_document(page, here, int(self.kwargs["bag_id"]))

    def get_queryset(self) -> Any:
        return super().get_queryset().prefetch_related(card_of_item(self.request.user))

    @extend_schema(parameters=[BAG])
    def list(self, request: Request, bag_id: str) -> Response:
        bag = get_readable(request.user, Bag.objects.only("pk"), pk=bag_id)
        self.queryset = self.queryset.filter(bag=bag)
        return super().list(request)

    @extend_schema(
        parameters=[BAG, HEADER],
        request=BagEntryAddSerializer,
        responses={200: BagEntryReadSerializer, 201: BagEntryReadSerializer},
    )
    @idempotent
    def create(self, request: Request, bag_id: str) -> Response:
        """Put some more of an item into the bag."""
        body = valid(BagEntryAddSerializer, request.data)
        entry, is_new = services.add_to_bag(
            actor=request.user,
            bag_id=int(bag_id),
            item_id=body["item"],
            quantity=body["quantity"],
        )
        return self._answer(entry, is_new=is_new)

    @extend_schema(
        parameters=[BAG, ITEM],
        request=BagEntryWriteSerializer,
        responses={200: BagEntryReadSerializer, 201: BagEntryReadSerializer},
    )
    def update(self, request: Request, bag_id: str, item: str) -> Response:
        """Set the quantity of an item: 201 if it was not in the bag."""
        quantity = valid(BagEntryWriteSerializer, request.data)["quantity"]
        entry, is_new = services.set_bag_entry(
            actor=request.user, bag_id=int(bag_id), item_id=int(item), quantity=quantity
        )
        return self._answer(entry, is_new=is_new)

    @extend_schema(parameters=[BAG, ITEM], responses={204: None})
    def destroy(self, request: Request, bag_id: str, item: str) -> Response:
        """Take an item out of the bag, all of it."""
        services.remove_from_bag(actor=request.user, bag_id=int(bag_id), item_id=int(item))
        return Response(status=204)

    def _answer(self, entry: BagEntry, *, is_new: bool) -> Response:
        shown = self.get_serializer(with_card(entry, self.request.user))
        return Response(shown.data, status=201 if is_new else 200)
