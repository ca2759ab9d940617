from hashlib import sha256
from typing import Any
from urllib.parse import quote

from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from inventory import services
from inventory.jsonld import (
    categories_document,
    category_document,
    item_document,
    items_document,
)
from inventory.jsonld_fields import NAMELESS, item_fields
from inventory.models import Category, Item
from inventory.queries import CategoryTree, metadata_facets
from inventory.queries.expressions import predicate_iri
from inventory.rest.filters import ItemFilter
from inventory.rest.serializers import (
    CategoryDetailSerializer,
    CategoryTreeSerializer,
    CategoryWriteSerializer,
    FacetSerializer,
    ItemReadSerializer,
    ItemSummarySerializer,
    ItemWriteSerializer,
)
from recsys.lib.access import PolicyFilter
from recsys.lib.errors import InvalidInput, NotFound
from recsys.lib.idempotency.rest import idempotent
from recsys.lib.jsonld.rest import LinkedAssets, LinkedData
from recsys.lib.jsonld.statements import Reading, expand_to_statements
from recsys.lib.kept import kept
from recsys.lib.pagination import OrderingFilter

FACETS_KEPT_SECONDS = {"fresh": 60, "stale": 600}


class CategoryViewSet(LinkedData, GenericViewSet):
    """The tree of categories: read whole, in one query; changed by managers."""

    queryset = Category.objects.all()
    serializer_class = CategoryDetailSerializer
    lookup_field = "slug"
    filter_backends = ()

    def linked_data(self, data: Any, media_type: str) -> dict[str, Any]:
        if self.action == "list":
            return categories_document(data, self.request.build_absolute_uri(), media_type)
        return category_document(data, media_type)

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


class ItemViewSet(LinkedAssets, ListModelMixin, RetrieveModelMixin, GenericViewSet):
    """Lots and creations: everybody's published ones, and all of one's own."""

    queryset = Item.objects.all()
    filter_backends = (PolicyFilter, DjangoFilterBackend, OrderingFilter)
    filterset_class = ItemFilter
    lookup_value_regex = "[0-9]{1,19}"
    linked_actions = frozenset(
        {"list", "retrieve", "create", "partial_update", "destroy", "publish", "unpublish"}
    )
    ordering = ("-created_at", "-id")
    ordering_fields = ("created_at", "end_at", "current_price", "bid_count", "watcher_count")

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        return rows.defer("description", "metadata") if self._shows_summaries() else rows

    def get_serializer_class(self) -> Any:
        return ItemSummarySerializer if self._shows_summaries() else ItemReadSerializer

    def _shows_summaries(self) -> bool:
        return self.action == "list" and not self.answers_linked_data()

    def linked_data(self, data: Any, media_type: str) -> dict[str, Any]:
        category_of = CategoryTree().by_id.get
        if self.action == "list":
            here = self.request.build_absolute_uri()
            return items_document(data, here, category_of, media_type)
        return item_document(data, category_of, media_type)

    @extend_schema(request=ItemWriteSerializer, responses={201: ItemReadSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        """Make a draft; publishing it is a step of its own."""
        fields = self._written()
        if self.sent_linked_data() and not fields.get("title"):
            raise InvalidInput.of("title", NAMELESS)
        body = ItemWriteSerializer(data=fields)
        body.is_valid(raise_exception=True)
        item = services.create_item(actor=request.user, **body.validated_data)
        return self._answer(item, status=201)

    @extend_schema(request=ItemWriteSerializer, responses=ItemReadSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Edit one's own; with bids on it, price and times stay."""
        body = ItemWriteSerializer(data=self._written(), partial=True)
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

    def _written(self) -> Any:
        """The body as fields; a JSON-LD document says them in its own words."""
        body = self.request.data
        if not self.sent_linked_data():
            if isinstance(body, dict) and isinstance(body.get("metadata"), dict):
                self._read(body["metadata"])
            return body
        fields = item_fields(body, self._read(body))
        if CategoryTree().find(fields.get("category", "")) is None:
            fields.pop("category", None)
        return fields

    def _read(self, document: Any) -> Reading:
        """What a document says; the sender hears of words that are only kept in it."""
        reading = expand_to_statements(document)
        if reading.dropped:
            words = quote(", ".join(reading.dropped)[:1000], safe=", :/")
            self.headers["Metadata-Dropped"] = words
        return reading

    @extend_schema(
        parameters=[OpenApiParameter("by", required=True, description="Such as `dc:subject`.")],
        responses=FacetSerializer(many=True),
        filters=True,
    )
    @action(detail=False, pagination_class=None)
    def facets(self, request: Request) -> Response:
        """The values of a metadata predicate among the items the filters leave, with counts.

        Counting reads every statement of the predicate, so the answer is kept for a minute, and
        one question is counted at a time: meanwhile an older answer is given, or 503.
        """
        predicate = predicate_iri(request.query_params.get("by", ""), field="by")
        asked = self._narrowed_by(request)
        key = f"facets:{sha256(repr((request.user.pk, predicate, asked)).encode()).hexdigest()}"

        def count() -> Any:
            rows = self.filter_queryset(self.get_queryset())
            return list(FacetSerializer(metadata_facets(predicate, rows), many=True).data)

        return Response(kept(key, count, turn="facets", **FACETS_KEPT_SECONDS))

    def _narrowed_by(self, request: Request) -> list[tuple[str, list[str]]]:
        """What of the query narrows the list; the same whatever else is said, how often or where.

        Of a filter that takes one value only the last counts, as for the form behind it.
        """
        given = request.query_params
        many = {"meta", "kind"}
        return [
            (name, sorted(set(given.getlist(name))) if name in many else [given[name]])
            for name in sorted(self.filterset_class.base_filters)
            if given.get(name)
        ]

    def _answer(self, item: Item, status: int = 200) -> Response:
        context = self.get_serializer_context()
        return Response(ItemReadSerializer(item, context=context).data, status=status)
