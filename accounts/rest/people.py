"""People among themselves: public cards, friendships, blocks."""

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts import services
from accounts.jsonld import person_document
from accounts.models import Block, Friendship, User
from accounts.policies import is_administrator
from accounts.rest.serializers import (
    BlockReadSerializer,
    FriendshipReadSerializer,
    MeReadSerializer,
    NamedPersonSerializer,
    PersonReadSerializer,
)
from recsys.lib.jsonld.rest import LinkedAnswers

USERNAME = OpenApiParameter("username", str, OpenApiParameter.PATH)


class PersonViewSet(LinkedAnswers, RetrieveModelMixin, GenericViewSet):
    """Everybody's public card; administrators see the account."""

    queryset = User.objects.all()
    lookup_field = "username"
    lookup_value_regex = "[A-Za-z0-9_]{3,32}"

    def get_serializer_class(self) -> Any:
        asked_by_administrator = self.request and is_administrator(self.request.user)
        return MeReadSerializer if asked_by_administrator else PersonReadSerializer

    @extend_schema(responses=PersonReadSerializer)
    def retrieve(self, request: Request, username: str) -> Response:
        self.kwargs["username"] = username.lower()
        return super().retrieve(request)

    @extend_schema(
        operation_id="person_by_id",
        parameters=[OpenApiParameter("id", int, OpenApiParameter.PATH)],
        responses=PersonReadSerializer,
    )
    @action(detail=False, url_path="id/(?P<id>[0-9]{1,18})")
    def by_id(self, request: Request, id: str) -> Response:  # noqa: A002 (the address calls it so)
        """The card by the number that offers and makers of items name."""
        self.lookup_field = "id"
        return super().retrieve(request)

    def linked_data(self, data: Any, media_type: str) -> dict[str, Any]:
        return person_document(data, media_type)


class FriendViewSet(ListModelMixin, GenericViewSet):
    """My friendships, and those asked of me or by me."""

    queryset = Friendship.objects.select_related("user", "friend")
    serializer_class = FriendshipReadSerializer
    lookup_field = "username"
    lookup_value_regex = "[A-Za-z0-9_]{3,32}"

    @property
    def me(self) -> User:
        return cast("User", self.request.user)

    @extend_schema(request=NamedPersonSerializer, responses={201: FriendshipReadSerializer})
    def create(self, request: Request) -> Response:
        """Ask somebody. If they had asked me first, we are friends now."""
        body = NamedPersonSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        asked = services.ask_friend(actor=self.me, now=timezone.now(), **body.validated_data)
        return Response(self.get_serializer(asked).data, status=201)

    @extend_schema(parameters=[USERNAME], responses={204: None})
    def destroy(self, request: Request, username: str) -> Response:
        """End the friendship, decline what was asked, or take my asking back."""
        services.remove_friend(actor=self.me, username=username)
        return Response(status=204)

    @extend_schema(parameters=[USERNAME], request=None, responses=FriendshipReadSerializer)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, username: str) -> Response:
        """Become friends with somebody who asked me."""
        accepted = services.accept_friend(actor=self.me, username=username, now=timezone.now())
        return Response(self.get_serializer(accepted).data)


class BlockViewSet(ListModelMixin, GenericViewSet):
    """Whom I blocked: nothing they sell is recommended to me, and they cannot ask me."""

    queryset = Block.objects.select_related("blocked")
    serializer_class = BlockReadSerializer
    lookup_field = "username"
    lookup_value_regex = "[A-Za-z0-9_]{3,32}"

    @extend_schema(
        request=NamedPersonSerializer,
        responses={201: BlockReadSerializer, 200: BlockReadSerializer},
    )
    def create(self, request: Request) -> Response:
        """Block somebody: 201 if that is new, 200 if it was so."""
        body = NamedPersonSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        block, is_new = services.block_person(actor=request.user, **body.validated_data)
        return Response(self.get_serializer(block).data, status=201 if is_new else 200)

    @extend_schema(parameters=[USERNAME], responses={204: None})
    def destroy(self, request: Request, username: str) -> Response:
        """Take it back; 404 if they were not blocked."""
        services.unblock_person(actor=request.user, username=username)
        return Response(status=204)
