from typing import Any

from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from inventory.models import Category, Item
from inventory.queries import CategoryTree
from inventory.rest.filters import ItemFilter
from inventory.rest.serializers import (
    CategoryDetailSerializer,
    CategoryTreeSerializer,
    ItemReadSerializer,
    ItemSummarySerializer,
)
from recsys.lib.access import PolicyFilter
from recsys.lib.errors import NotFound
from recsys.lib.pagination import OrderingFilter


class CategoryViewSet(GenericViewSet):
    """The tree of categories: read whole, in one query."""

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


class ItemViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Lots and creations: everybody's published ones, and all of one's own."""

    queryset = Item.objects.all()
    filter_backends = (PolicyFilter, DjangoFilterBackend, OrderingFilter)
    filterset_class = ItemFilter
    ordering = ("-created_at", "-id")
    ordering_fields = ("created_at", "end_at", "current_price", "bid_count", "watcher_count")

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.defer("description", "metadata") if self.action == "list" else rows

    def get_serializer_class(self) -> Any:
        return ItemSummarySerializer if self.action == "list" else ItemReadSerializer
