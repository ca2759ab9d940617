"""Signing in and out. Every door ends in `record_sign_in`, once."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from knox.models import AuthToken

from accounts.models import User
from recsys.lib.errors import DomainError, InvalidInput


class SignInRefused(DomainError):
    """Unknown, wrong or locked: the answer does not say which."""

    status = 401
    code = "sign_in_refused"


@dataclass(frozen=True)
class SignIn:
    """A token just made; `token` is shown this once, only its hash is stored."""

    user: User
    token: str
    expires_at: datetime


def sign_in(*, request: HttpRequest, username: str, password: str) -> SignIn:
    """A new token for whoever has that name (or e-mail address) and password.

    Raises:
        SignInRefused: there is nobody such, or they may not sign in.
        TooManyTries: for now.
    """
    # Outside the transaction: a try counts against the limits also when it is refused.
    user = authenticate(request, username=username, password=password)
    if not isinstance(user, User):
        raise SignInRefused("The username or the password is wrong.")
    with transaction.atomic():
        stored, token = AuthToken.objects.create(user)
        user_logged_in.send(sender=User, request=request, user=user)
    return SignIn(user, token, stored.expiry)


def prune_tokens(*, now: datetime) -> int:
    """Delete the tokens that ended before `now`; how many there were."""
    return AuthToken.objects.filter(expiry__lte=now).delete()[0]


def confirm_password(*, user: User, password: str) -> None:
    """Make sure it is really them, before what a found or stolen token must not be able to do.

    Tries count against the account's limit, as at the door.

    Raises:
        InvalidInput: it is not their password.
    """
    if authenticate(None, username=user.username, password=password) is None:
        message = "This is not your password."
        raise InvalidInput.of("password", message)


@transaction.atomic
def record_sign_in(*, user: User, now: datetime) -> None:
    """Count one sign-in: one statement, so that fifty at once count fifty."""
    User.objects.filter(pk=user.pk).update(
        last_sign_in_at=now, sign_in_count=F("sign_in_count") + 1
    )
    user.refresh_from_db(fields=["last_sign_in_at", "sign_in_count"])


@transaction.atomic
def sign_out(*, token: AuthToken) -> None:
    token.delete()


@transaction.atomic
def sign_out_everywhere(*, user: User) -> None:
    """End every token and every session of theirs, on whatever device."""
    AuthToken.objects.filter(user=user).delete()
    user.sessions.all().delete()
