"""API tokens: knox's, checked in one statement.

knox itself reads the token, its person, and every other token of theirs on each request, through
model objects: 0.7–1.2 ms, more than everything else on a cached answer. Joining the two tables on
the digest, in a statement compiled once, keeps every guarantee (hashed at rest, expiring, gone
when signed out, refused to the locked) at a tenth. A view that asks for one permission each time
names it (`told_permission`); whether it is held is then told by the same statement.
"""

from functools import cache
from typing import Any

from django.db.models import CharField, DateTimeField, Exists, Model, OuterRef
from django.utils import timezone
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox.auth import TokenAuthentication as KnoxTokenAuthentication
from knox.crypto import hash_token
from knox.models import AuthToken
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import User
from accounts.policies import permissions_held_by
from recsys.lib.prepared import Parameter, Prepared

DECIDING = {"id", "username", "is_superuser", "is_staff", "is_active", "locked_at"}
"""What access is decided by. Who needs more of a person reads it: the rest is deferred."""


def _columns(model: type[Model], names: set[str]) -> list[str]:
    """In the order in which `from_db` takes their values."""
    return [field.attname for field in model._meta.concrete_fields if field.attname in names]


TOKEN = _columns(AuthToken, {"digest", "user_id"})
PERSON = _columns(User, DECIDING)
NOW: Any = Parameter("now", DateTimeField())


@cache
def _holders(permission: str | None) -> Prepared:
    """Of a digest: its token and person; with `permission`, whether they hold it, too."""
    holders = AuthToken.objects.filter(
        digest=Parameter("digest", CharField()),
        expiry__gt=NOW,
        user__is_active=True,
        user__locked_at=None,
    )
    told = {}
    if permission is not None:
        app, _, codename = permission.partition(".")
        held = permissions_held_by(OuterRef(OuterRef("user_id")), NOW)
        told["holds"] = Exists(held.filter(content_type__app_label=app, codename=codename))
    person = [f"user__{name}" for name in PERSON]
    return Prepared(lambda: holders.annotate(**told).values(*TOKEN, *person, *told))


class TokenAuthentication(KnoxTokenAuthentication):
    def authenticate(self, request: Request) -> tuple[User, AuthToken] | None:
        self._permission = getattr(request.parser_context.get("view"), "told_permission", None)
        return super().authenticate(request)

    def authenticate_credentials(self, token: bytes) -> tuple[User, AuthToken]:
        try:
            digest = hash_token(token.decode("ascii"))
        except ValueError as error:
            raise AuthenticationFailed("Invalid token.") from error
        found = _holders(self._permission).tuples(digest=digest, now=timezone.now())
        if not found:
            raise AuthenticationFailed("Invalid token.")
        values, size = found[0], len(TOKEN)
        held = AuthToken.from_db("default", TOKEN, values[:size])
        held.user = User.from_db("default", PERSON, values[size : size + len(PERSON)])
        if self._permission is not None:
            held.user.told_permissions = {self._permission: bool(values[-1])}
        return held.user, held


class TokenScheme(KnoxTokenScheme):
    """How the schema describes it."""

    target_class = f"{__name__}.TokenAuthentication"
    name = "token"
