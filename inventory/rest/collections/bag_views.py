"""Bags over HTTP: the services decide who may do what; here it is only translated."""

from collections.abc import Callable
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.permissions import IsAuthenticated, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ReadOnlyModelViewSet

from inventory import queries, services
from inventory.data import BagChange
from inventory.jsonld_bags import bag_document, bags_document
from inventory.models import Bag
from inventory.rest.collections.documents import BagDocumentParser, document_of
from inventory.rest.collections.filters import BagFilter
from inventory.rest.collections.serializers import (
    BagChangeSerializer,
    BagDocumentSerializer,
    BagImportedSerializer,
    BagOverlapSerializer,
    BagReadSerializer,
    BagWriteSerializer,
    OtherBagSerializer,
    OverlapQuerySerializer,
    ShareReadSerializer,
    ShareWriteSerializer,
    valid,
)
from recsys.lib.access import PolicyPermission
from recsys.lib.idempotency.rest import idempotent
from recsys.lib.jsonld.rest import LinkedAnswers

ID = "[0-9]{1,19}"


class BagViewSet(LinkedAnswers, ReadOnlyModelViewSet):
    """The caller's bags, those shared with them, and public ones."""

    queryset = Bag.objects.all()
    serializer_class = BagReadSerializer
    permission_classes = (IsAuthenticatedOrReadOnly, PolicyPermission)
    filterset_class = BagFilter
    lookup_value_regex = ID
    linked_actions = frozenset({"list", "retrieve", "create", "partial_update", "destroy"})

    def linked_data(self, data: Any, media_type: str) -> dict[str, Any]:
        if self.action == "list":
            return bags_document(data, self.request.build_absolute_uri())
        return bag_document(data)

    def get_queryset(self) -> Any:
        bags: Any = super().get_queryset()
        return bags.with_entry_count().with_role_of(self.request.user.pk)

    def _shown(self, bag: Bag) -> dict[str, Any]:
        return self.get_serializer(self.get_queryset().get(pk=bag.pk)).data

    @extend_schema(request=BagWriteSerializer, responses={201: BagReadSerializer})
    @idempotent
    def create(self, request: Request) -> Response:
        bag = services.create_bag(actor=request.user, **valid(BagWriteSerializer, request.data))
        return Response(self._shown(bag), status=201)

    @extend_schema(request=BagWriteSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Rename it, or open or close it to the public; the slug stays."""
        changes = valid(BagWriteSerializer, request.data, partial=True)
        bag = services.update_bag(actor=request.user, bag_id=int(pk), changes=changes)
        return Response(self._shown(bag))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        services.delete_bag(actor=request.user, bag_id=int(pk))
        return Response(status=204)

    # --- Two bags -------------------------------------------------------------------------------

    @extend_schema(request=OtherBagSerializer, responses=BagChangeSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def merge(self, request: Request, pk: str) -> Response:
        """Add another bag's quantities to this one's."""
        return self._combine(services.merge_bags, request, pk)

    @extend_schema(request=OtherBagSerializer, responses=BagChangeSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def intersect(self, request: Request, pk: str) -> Response:
        """Keep what is in both bags, each the smaller quantity."""
        return self._combine(services.intersect_bags, request, pk)

    @extend_schema(request=OtherBagSerializer, responses=BagChangeSerializer)
    @action(detail=True, methods=["post"])
    @idempotent
    def subtract(self, request: Request, pk: str) -> Response:
        """Take another bag's quantities off this one's; what reaches 0 is gone."""
        return self._combine(services.subtract_bags, request, pk)

    def _combine(self, service: Callable[..., BagChange], request: Request, pk: str) -> Response:
        other_id = valid(OtherBagSerializer, request.data)["bag"]
        change = service(actor=request.user, bag_id=int(pk), other_id=other_id)
        return Response(BagChangeSerializer(change).data)

    @extend_schema(parameters=[OverlapQuerySerializer], responses=BagOverlapSerializer)
    @action(detail=True)
    def overlap(self, request: Request, pk: str) -> Response:
        """How much this bag has in common with another."""
        other_id = valid(OverlapQuerySerializer, request.query_params)["with"]
        overlap = queries.bag_overlap(int(pk), other_id, actor=request.user)
        return Response(BagOverlapSerializer(overlap).data)

    # --- Sharing --------------------------------------------------------------------------------

    @extend_schema(responses=ShareReadSerializer(many=True), filters=False)
    @action(detail=True, pagination_class=None, permission_classes=(IsAuthenticated,))
    def share(self, request: Request, pk: str) -> Response:
        """With whom the bag is shared: all of them for its owner, oneself for others."""
        return self._shares(request, pk)

    @extend_schema(request=ShareWriteSerializer, responses=ShareReadSerializer(many=True))
    @share.mapping.post
    def share_with(self, request: Request, pk: str) -> Response:
        """Let somebody look into the bag, or change its entries; replaces their earlier role."""
        body = valid(ShareWriteSerializer, request.data)
        services.share_bag(
            actor=request.user, bag_id=int(pk), user_id=body["user"], role=body["role"]
        )
        return self._shares(request, pk)

    def _shares(self, request: Request, pk: str) -> Response:
        shares = queries.bag_shares(int(pk), actor=request.user)
        return Response(ShareReadSerializer(shares, many=True).data)

    @extend_schema(
        parameters=[OpenApiParameter("user", int, OpenApiParameter.PATH)], responses={204: None}
    )
    @action(detail=True, methods=["delete"], url_path=f"share/(?P<user>{ID})")
    def unshare(self, request: Request, pk: str, user: str) -> Response:
        """Take somebody's role away; they see nothing from the next request on."""
        services.unshare_bag(actor=request.user, bag_id=int(pk), user_id=int(user))
        return Response(status=204)

    # --- Files ----------------------------------------------------------------------------------

    @extend_schema(responses=BagDocumentSerializer)
    @action(detail=True)
    def export(self, request: Request, pk: str) -> StreamingHttpResponse:
        """The whole bag as one document, streamed, however large it is."""
        bag = self.get_object()
        answer = StreamingHttpResponse(document_of(bag), content_type="application/json")
        answer["Content-Disposition"] = f'attachment; filename="{bag.slug}.json"'
        return answer

    @extend_schema(request=BagDocumentSerializer, responses={201: BagImportedSerializer})
    @action(detail=False, methods=["post"], url_path="import", parser_classes=[BagDocumentParser])
    @idempotent
    def import_document(self, request: Request) -> Response:
        """A new bag from a document such as export writes."""
        document = valid(BagDocumentSerializer, request.data)
        bag, skipped = services.import_bag(actor=request.user, **document)
        return Response({"bag": self._shown(bag), "skipped": skipped}, status=201)
