"""Addresses of the served lists. What is worth a look is decided by `serving`."""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request as HttpRequest
from rest_framework.views import APIView

from accounts.queries import is_manager
from inventory.queries import get_item, item_linked_data, latest_bag_items
from recommendations.jsonld import list_document, shown_entry, similar_document
from recommendations.rest.served.narrowing import NARROWING, narrowing_from
from recommendations.rest.served.serializers import (
    AnswerSerializer,
    ExplanationSerializer,
    ForItemsSerializer,
)
from recommendations.serving import (
    Request,
    Shape,
    explain,
    list_for_items,
    popular_list,
    shown_home_list,
    similar_list,
)
from recsys.lib.jsonld.rest import ACTIVITY, ACTIVITY_PROFILE, JSON_LD
from recsys.lib.media import to_json
from recsys.lib.negotiation import preferred
from recsys.lib.pagination import MAX_LIMIT, limit_from
from recsys.lib.parameters import whole_number_from

Document = Callable[[dict[str, Any], str], dict[str, Any]]
"""Makes JSON-LD of an answer's body, in the words of a media type."""

SERVE_ANYBODY = "recommendations.serve_anybody"
WORDS = {JSON_LD: JSON_LD, ACTIVITY: ACTIVITY, ACTIVITY_PROFILE: ACTIVITY}
"""Media type asked for → the one that names its vocabulary."""

LIMIT = OpenApiParameter("limit", int, description="How many, from 1 to 100.", default=20)
FIELDS = OpenApiParameter(
    "fields", str, enum=["id"], description="`id`: ids, scores and reasons without the cards."
)


class ServedView(APIView):
    """A view of the hot path: who asks and whether they may, and nothing else before the answer.

    `answer` chooses the representation and there is no throttle, so DRF's search for them is
    left out.
    """

    def initial(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        if not (request.META.get("HTTP_AUTHORIZATION") or request.COOKIES):
            request.user = AnonymousUser()  # who brings nothing is nobody
        self.perform_authentication(request)
        self.check_permissions(request)


def answer(
    request: HttpRequest,
    body: dict[str, Any],
    *,
    private: bool = False,
    document: Document | None = None,
) -> HttpResponseBase | None:
    """Lists change the moment an item ends: they may be kept, but must be asked for again.

    `document` turns the body into JSON-LD for who asks for it.
    """
    kind = linked_type(request) if document else None
    content = to_json(document(body, WORDS[kind]) if document and kind else body)
    response = HttpResponse(content, content_type=kind or "application/json")
    response.headers["Vary"] = "Accept"
    response.headers["Cache-Control"] = "no-cache, private" if private else "no-cache, public"
    if request.method == "POST":
        return response
    etag = f'"{blake2b(content, digest_size=16).hexdigest()}"'
    response.headers["ETag"] = etag
    if "HTTP_IF_NONE_MATCH" in request.META or "HTTP_IF_MATCH" in request.META:
        return get_conditional_response(request, etag=etag, response=response)
    return response


def linked_type(request: HttpRequest) -> str | None:
    """As which media type JSON-LD is asked for, if it is."""
    accepted = request.META.get("HTTP_ACCEPT", "").lower()
    if JSON_LD not in accepted and ACTIVITY not in accepted:
        return None
    found = preferred(accepted, ["application/json", *WORDS])
    return found if found in WORDS else None


def shape_for(request: HttpRequest) -> Shape:
    """Cards as text, unless JSON-LD is to be made of them."""
    return Shape.ROWS if linked_type(request) else Shape.TEXT


def as_list(request: HttpRequest) -> Document:
    """An ItemList, or an OrderedCollection, that names the address it was found at."""
    return lambda body, kind: list_document(
        body, request.build_absolute_uri(), shown_entry(kind), kind
    )


def wanted(
    request: HttpRequest, limit: int, user_id: int | None, shape: Shape | None = None
) -> Request:
    """What is asked, with what the address narrows it to."""
    narrowing = narrowing_from(request)
    now = timezone.now()
    return Request(now, limit, user_id, shape or shape_for(request), narrowing=narrowing)


class HomeListView(ServedView):
    """What is worth a look for me."""

    permission_classes = (IsAuthenticated,)

    @property
    def told_permission(self) -> str | None:
        """Who asks for somebody hears with the token whether they may."""
        return SERVE_ANYBODY if "user" in self.request.GET else None

    @extend_schema(
        operation_id="recommendations",
        parameters=[
            LIMIT,
            OpenApiParameter(
                "user",
                int,
                description="Whose list; a service with `serve_anybody` may name anybody.",
            ),
            FIELDS,
            *NARROWING,
        ],
        responses=AnswerSerializer,
    )
    def get(self, request: HttpRequest) -> HttpResponseBase | None:
        limit, shape = limit_from(request), asked_shape(request)
        user_id = whole_number_from(request, "user") or request.user.pk
        if user_id != request.user.pk and not request.user.has_perm(SERVE_ANYBODY):
            raise PermissionDenied("You may ask for your own recommendations only.")
        asked = wanted(request, limit, user_id, shape)
        body = shown_home_list(asked).as_dict()
        return answer(request, body, private=True, document=as_list(request))


def asked_shape(request: HttpRequest) -> Shape:
    fields = request.query_params.get("fields")
    if fields not in (None, "id"):
        raise ValidationError({"fields": ["Give `id`, or leave it out."]})
    return Shape.IDS if fields else shape_for(request)


class PopularListView(ServedView):
    """What everybody looks at."""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="popular",
        parameters=[LIMIT, *NARROWING],
        responses=AnswerSerializer,
        auth=[],
    )
    def get(self, request: HttpRequest) -> HttpResponseBase | None:
        served = popular_list(wanted(request, limit_from(request), None))
        return answer(request, served.as_dict(), document=as_list(request))


class SimilarListView(ServedView):
    """What resembles this item. With `context=bid`, only what the caller does not hold yet."""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="similar_items",
        parameters=[
            OpenApiParameter("limit", int, description="How many, from 1 to 100.", default=10),
            OpenApiParameter("context", str, enum=["bid"]),
            *NARROWING,
        ],
        responses=AnswerSerializer,
    )
    def get(self, request: HttpRequest, item_id: int) -> HttpResponseBase | None:
        personal = request.query_params.get("context") == "bid" and request.user.is_authenticated
        user_id = request.user.pk if personal else None
        asked = wanted(request, limit_from(request, default=10), user_id)
        served = similar_list(item_id, asked, actor=request.user)
        return answer(
            request,
            served.as_dict(),
            private=personal,
            document=lambda body, kind: similar_document(
                item_linked_data(get_item(item_id, actor=request.user)),
                request.build_absolute_uri(),
                body["results"],
                shown_entry(kind),
                kind,
            ),
        )


class ForItemsView(ServedView):
    """What goes with these items: for an anonymous session, or a basket."""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="recommendations_for_items",
        parameters=NARROWING,
        request=ForItemsSerializer,
        responses=AnswerSerializer,
    )
    def post(self, request: HttpRequest) -> HttpResponseBase | None:
        asked = ForItemsSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        served = list_for_items(given["items"], wanted(request, given["limit"], request.user.pk))
        return answer(request, served.as_dict(), private=True, document=as_list(request))


class ForBagView(ServedView):
    """What goes with a bag: with the hundred items that came into it last."""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="recommendations_for_bag",
        parameters=[LIMIT, *NARROWING],
        responses=AnswerSerializer,
    )
    def get(self, request: HttpRequest, bag_id: int) -> HttpResponseBase | None:
        asked = wanted(request, limit_from(request), request.user.pk)
        items = latest_bag_items(bag_id, MAX_LIMIT, actor=request.user)
        body = list_for_items(items, asked).as_dict()
        return answer(request, body, private=True, document=as_list(request))


class WhyView(ServedView):
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
    def get(self, request: HttpRequest, item_id: int) -> HttpResponseBase | None:
        user_id = whole_number_from(request, "user") or request.user.pk
        if user_id != request.user.pk and not is_manager(request.user):
            raise PermissionDenied("You may ask about your own recommendations only.")
        meant = Request(timezone.now(), limit_from(request), user_id)
        reasons = explain(item_id, meant, actor=request.user)
        return answer(request, reasons.as_dict(), private=True)
