from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from inventory import services
from inventory.models import Category, Item
from inventory.queries import CategoryTree
from inventory.rest.filters import ItemFilter
from inventory.rest.serializers import (
    CategoryDetailSerializer,
    CategoryTreeSerializer,
    CategoryWriteSerializer,
    ItemReadSerializer,
    ItemSummarySerializer,
    ItemWriteSerializer,
)
from recsys.lib.access import PolicyFilter
from recsys.lib.errors import NotFound
from recsys.lib.idempotency.rest import idempotent
from recsys.lib.pagination import OrderingFilter


class CategoryViewSet(GenericViewSet):
    """The tree of categories: read whole, in one query; changed by managers."""

    queryset = Category.objects.all()
    serializer_class = CategoryDetailSerializer
    lookup_field = "slug"
    filter_backends = ()

    @extend_schema(responses=CategoryTreeSerializer, parameters=[])
    def list(self, request: Request) -> Response:
        page = {"next": None, "previous": None, "results": CategoryTree().roots}
        return Response(CategoryTreeSerializer(page).data)

    def retrieve(self, request: Request, slug: str) -> Response:
        tree = CategoryTree()
        node = tree.by_slug.get(slug)
        if node is None:
            raise NotFound
        return Response(CategoryDetailSerializer(node, context={"tree": tree}).data)

    @extend_schema(request=CategoryWriteSerializer, responses={201: CategoryDetailSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        body = CategoryWriteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        category = services.create_category(actor=request.user, **body.validated_data)
        response = self.retrieve(request, category.slug)
        response.status_code = 201
        return response

    @extend_schema(request=CategoryWriteSerializer, responses=CategoryDetailSerializer)
    def partial_update(self, request: Request, slug: str) -> Response:
        body = CategoryWriteSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        changes = body.validated_data
        category = services.edit_category(actor=request.user, where=slug, **changes)
        return self.retrieve(request, category.slug)

    def destroy(self, request: Request, slug: str) -> Response:
        services.delete_category(actor=request.user, where=slug)
        return Response(status=204)


class ItemViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Lots and creations: everybody's published ones, and all of one's own."""

    queryset = Item.objects.all()
    filter_backends = (PolicyFilter, DjangoFilterBackend, OrderingFilter)
    filterset_class = ItemFilter
    lookup_value_regex = "[0-9]{1,19}"
    ordering = ("-created_at", "-id")
    ordering_fields = ("created_at", "end_at", "current_price", "bid_count", "watcher_count")

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.defer("description", "metadata") if self.action == "list" else rows

    def get_serializer_class(self) -> Any:
        return ItemSummarySerializer if self.action == "list" else ItemReadSerializer

    @extend_schema(request=ItemWriteSerializer, responses={201: ItemReadSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        """Make a draft; publishing it is a step of its own."""
        body = ItemWriteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        item = services.create_item(actor=request.user, **body.validated_data)
        return self._answer(item, status=201)

    @extend_schema(request=ItemWriteSerializer, responses=ItemReadSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Edit one's own; with bids on it, price and times stay."""
        body = ItemWriteSerializer(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        item = services.edit_item(actor=request.user, item_id=int(pk), **body.validated_data)
        return self._answer(item)

    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a draft; anything else is archived, with its bids."""
        services.remove_item(actor=request.user, item_id=int(pk))
        return Response(status=204)

    @extend_schema(request=None, responses=ItemReadSerializer)
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Show it to everybody; a lot is opened, or scheduled for its start."""
        return self._answer(services.publish_item(actor=request.user, item_id=int(pk)))

    @extend_schema(request=None, responses=ItemReadSerializer)
    @action(detail=True, methods=["post"])
    def unpublish(self, request: Request, pk: str) -> Response:
        """Take it out of sight; a running auction pauses, its bids stand."""
        return self._answer(services.unpublish_item(actor=request.user, item_id=int(pk)))

    def _answer(self, item: Item, status: int = 200) -> Response:
        context = self.get_serializer_context()
        return Response(ItemReadSerializer(item, context=context).data, status=status)
