"""Signing in and out, and one's own account."""

from typing import cast

from django.contrib.auth import logout
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from knox.models import AuthToken
from rest_framework import status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import services
from accounts.models import User
from accounts.queries import get_user
from accounts.rest.export import export_document
from accounts.rest.serializers import (
    MeReadSerializer,
    MeWriteSerializer,
    PasswordSerializer,
    RegistrationSerializer,
    SignInReadSerializer,
    SignInWriteSerializer,
)
from accounts.throttling import address_of, take_slot, use_up
from recsys.lib.jsonld.rest import LinkedAnswers


class OwnView(APIView):
    """Only ever about whoever asks."""

    permission_classes = (IsAuthenticated,)

    @cached_property
    def me(self) -> User:
        """All that is known: with a token comes only what access is decided by."""
        return get_user(cast("User", self.request.user).pk)


class RegisterView(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=RegistrationSerializer, responses={201: MeReadSerializer})
    def post(self, request: Request) -> Response:
        """Join. The answer says, field by field, what is wrong with a name or a password."""
        use_up([take_slot("register", address_of(request._request))])  # noqa: SLF001
        data = _valid(RegistrationSerializer, request)
        user = services.register(**data)
        return Response(MeReadSerializer(user).data, status=status.HTTP_201_CREATED)


class SignInView(APIView):
    # A token that has expired must not keep its owner from fetching a new one.
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(request=SignInWriteSerializer, responses=SignInReadSerializer)
    def post(self, request: Request) -> Response:
        """A token for this device. Unknown name, wrong password and locked look the same."""
        data = _valid(SignInWriteSerializer, request)
        signed_in = services.sign_in(request=request._request, **data)  # noqa: SLF001
        return Response(SignInReadSerializer(signed_in).data)


class SignOutView(OwnView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End the token or the session with which this was sent."""
        if isinstance(request.auth, AuthToken):
            services.sign_out(token=request.auth)
        else:
            logout(request._request)  # noqa: SLF001
        return Response(status=status.HTTP_204_NO_CONTENT)


class SignOutEverywhereView(OwnView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """End every token and every session of mine, this one included."""
        services.sign_out_everywhere(user=self.me)
        logout(request._request)  # noqa: SLF001
        return Response(status=status.HTTP_204_NO_CONTENT)


class MeView(OwnView):
    @extend_schema(responses=MeReadSerializer)
    def get(self, request: Request) -> Response:
        return Response(MeReadSerializer(self.me).data)

    @extend_schema(request=MeWriteSerializer, responses=MeReadSerializer)
    def patch(self, request: Request) -> Response:
        """Change what I say of myself. Invisible people show as offline to everybody else."""
        data = _valid(MeWriteSerializer, request, partial=True)
        user = services.update_profile(user=self.me, **data)
        return Response(MeReadSerializer(user).data)

    @extend_schema(request=PasswordSerializer, responses={204: None})
    def delete(self, request: Request) -> Response:
        """Erase me. The body gives my `password`. Bids and orders stay, without my name."""
        data = _valid(PasswordSerializer, request)
        services.erase_account(user=self.me, now=timezone.now(), **data)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ExportView(OwnView):
    renderer_classes = LinkedAnswers.renderer_classes

    @extend_schema(responses={(200, "application/ld+json"): OpenApiTypes.OBJECT})
    def get(self, request: Request) -> StreamingHttpResponse:
        """Everything stored about me, as one JSON-LD document, sent as it is read."""
        headers = {"Content-Disposition": f'attachment; filename="{self.me.username}.jsonld"'}
        return StreamingHttpResponse(
            export_document(self.me.pk, timezone.now()),
            content_type="application/ld+json",
            headers=headers,
        )


def _valid(serializer_class, request: Request, **options):
    serializer = serializer_class(data=request.data, **options)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data
