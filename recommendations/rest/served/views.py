"""Addresses of the served lists. What is worth a look is decided by `serving`."""

from typing import Any

from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request as HttpRequest
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.queries import is_manager
from inventory.queries import latest_bag_items
from recommendations.rest.served.serializers import (
    AnswerSerializer,
    ExplanationSerializer,
    ForItemsSerializer,
    ListQuerySerializer,
)
from recommendations.serving import (
    Answer,
    Request,
    explain,
    home_list,
    list_for_items,
    popular_list,
    similar_list,
)
from recsys.lib.pagination import MAX_LIMIT, limit_from

LIMIT = OpenApiParameter("limit", int, description="How many, from 1 to 100.")


def answer(served: Answer, *, cards: bool = True, private: bool = False) -> Response:
    """Lists change the moment an item ends: they may be kept, but must be asked for again."""
    response = Response(served.as_dict(cards=cards))
    patch_cache_control(response, no_cache=True, **{"private" if private else "public": True})
    return response


@method_decorator(conditional_page, name="dispatch")
class HomeListView(APIView):
    """What is worth a look for me."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="recommendations",
        parameters=[ListQuerySerializer],
        responses=AnswerSerializer,
    )
    def get(self, request: HttpRequest) -> Response:
        asked = ListQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given: dict[str, Any] = asked.validated_data
        user_id = given.get("user", request.user.pk)
        if user_id != request.user.pk and not request.user.has_perm(
            "recommendations.serve_anybody"
        ):
            raise PermissionDenied("You may ask for your own recommendations only.")
        cards = "fields" not in given
        served = home_list(Request(timezone.now(), given["limit"], user_id, cards))
        return answer(served, cards=cards, private=True)


@method_decorator(conditional_page, name="dispatch")
class PopularListView(APIView):
    """What everybody looks at."""

    permission_classes = (AllowAny,)

    @extend_schema(operation_id="popular", parameters=[LIMIT], responses=AnswerSerializer, auth=[])
    def get(self, request: HttpRequest) -> Response:
        return answer(popular_list(Request(timezone.now(), limit_from(request))))


@method_decorator(conditional_page, name="dispatch")
class SimilarListView(APIView):
    """What resembles this item. With `context=bid`, only what the caller does not hold yet."""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="similar_items",
        parameters=[
            OpenApiParameter("limit", int, description="How many, from 1 to 100.", default=10),
            OpenApiParameter("context", str, enum=["bid"]),
        ],
        responses=AnswerSerializer,
    )
    def get(self, request: HttpRequest, item_id: int) -> Response:
        personal = request.query_params.get("context") == "bid" and request.user.is_authenticated
        asked = Request(
            timezone.now(),
            limit_from(request, default=10),
            request.user.pk if personal else None,
        )
        return answer(similar_list(item_id, asked, actor=request.user), private=personal)


class ForItemsView(APIView):
    """What goes with these items: for an anonymous session, or a basket."""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="recommendations_for_items",
        request=ForItemsSerializer,
        responses=AnswerSerializer,
    )
    def post(self, request: HttpRequest) -> Response:
        asked = ForItemsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        served = list_for_items(
            given["items"], Request(timezone.now(), given["limit"], request.user.pk)
        )
        return answer(served, private=True)


@method_decorator(conditional_page, name="dispatch")
class ForBagView(APIView):
    """What goes with a bag: with the hundred items that came into it last."""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="recommendations_for_bag", parameters=[LIMIT], responses=AnswerSerializer
    )
    def get(self, request: HttpRequest, bag_id: int) -> Response:
        asked = Request(timezone.now(), limit_from(request), request.user.pk)
        items = latest_bag_items(bag_id, MAX_LIMIT, actor=request.user)
        return answer(list_for_items(items, asked), private=True)


class WhyView(APIView):
    """Why I see this item among my recommendations, or the gate that keeps it out."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="why",
        parameters=[
            OpenApiParameter("limit", int, description="How long a list is meant, 1 to 100."),
            OpenApiParameter("user", int, description="Whose list; managers may name anybody."),
        ],
        responses=ExplanationSerializer,
    )
    def get(self, request: HttpRequest, item_id: int) -> Response:
        asked = ListQuerySerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        user_id = asked.validated_data.get("user", request.user.pk)
        if user_id != request.user.pk and not is_manager(request.user):
            raise PermissionDenied("You may ask about your own recommendations only.")
        meant = Request(timezone.now(), asked.validated_data["limit"], user_id)
        response = Response(explain(item_id, meant, actor=request.user).as_dict())
        patch_cache_control(response, no_cache=True, private=True)
        return response
