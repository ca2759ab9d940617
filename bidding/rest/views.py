import django_filters
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import IsAuthenticated, IsAuthenticatedOrReadOnly
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet, ReadOnlyModelViewSet

from bidding import services
from bidding.data import BidResult, Standing
from bidding.models import Bid, Order
from bidding.queries import bids_on, bids_with_standing
from bidding.rest.serializers import (
    BidResultSerializer,
    BidWriteSerializer,
    LotBidSerializer,
    OrderSerializer,
    OwnBidSerializer,
)
from inventory.queries import get_item
from recsys.lib.errors import Conflict, error_body
from recsys.lib.filters import LARGEST_ID
from recsys.lib.idempotency.rest import idempotent
from recsys.lib.pagination import KeysetPagination


class NewestFirst(KeysetPagination):
    ordering = ("-created_at", "-id")


class HighestFirst(KeysetPagination):
    ordering = ("-amount", "id")


class LotBidsView(GenericAPIView):
    """A lot's bids: for everybody who may see the lot, and for anybody signed in to add to."""

    queryset = Bid.objects.all()
    serializer_class = LotBidSerializer
    permission_classes = (IsAuthenticatedOrReadOnly,)
    filter_backends = ()
    pagination_class = HighestFirst

    @extend_schema(responses=LotBidSerializer(many=True))
    def get(self, request: Request, item_id: int) -> Response:
        """The highest bid first; bidders go by an alias."""
        get_item(item_id, actor=request.user)
        page = self.paginate_queryset(bids_on([item_id]))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        request=BidWriteSerializer, responses={201: BidResultSerializer, 200: BidResultSerializer}
    )
    @idempotent
    def post(self, request: Request, item_id: int) -> Response:
        """Bid: 201 with the bid, 200 if only the leader's maximum changed.

        `bid_too_low` (422) says the minimum. `outbid` (409) means that a maximum set earlier
        reached this bid: the price rose to it, and its owner leads.
        """
        body = BidWriteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        result = services.place_bid(actor=request.user, item_id=item_id, **body.validated_data)
        if result.amount is None and result.standing == Standing.OUTBID:
            return _outbid(result)
        status = 200 if result.amount is None else 201
        return Response(BidResultSerializer(result).data, status=status)


def _outbid(result: BidResult) -> Response:
    """An answer, not an exception: what the other's maximum did stays written."""
    refusal = Conflict(
        "An earlier maximum reaches your bid.",
        code="outbid",
        facts={"minimum": f"{result.minimum_bid:.2f}"},
    )
    return Response(error_body(refusal), status=refusal.status)


class BuyView(GenericAPIView):
    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    permission_classes = (IsAuthenticated,)

    @extend_schema(request=None, responses={201: OrderSerializer})
    @idempotent
    def post(self, request: Request, item_id: int) -> Response:
        """Buy a lot at its buy-now price, as long as bids have not passed it."""
        order = services.buy_now(actor=request.user, item_id=item_id)
        return Response(OrderSerializer(order).data, status=201)


class OwnBidFilter(django_filters.FilterSet):
    item = django_filters.NumberFilter(min_value=1, max_value=LARGEST_ID, decimal_places=0)
    standing = django_filters.ChoiceFilter(choices=Standing.choices)

    class Meta:
        model = Bid
        fields: list[str] = []


class OwnBidViewSet(ListModelMixin, GenericViewSet):
    """The caller's own bids, newest first, each with how it stands."""

    queryset = bids_with_standing()
    serializer_class = OwnBidSerializer
    pagination_class = NewestFirst
    filterset_class = OwnBidFilter


class OrderViewSet(ReadOnlyModelViewSet):
    """What the caller bought or sold, newest first."""

    queryset = Order.objects.all()
    serializer_class = OrderSerializer
    pagination_class = NewestFirst
    lookup_value_regex = "[0-9]{1,19}"
