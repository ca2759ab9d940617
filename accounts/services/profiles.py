"""Joining, and what people say of themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.services.signing import confirm_password
from recsys.lib.errors import Conflict, InvalidInput

PROFILE_FIELDS = frozenset({"email", "display_name", "biography", "presence", "status_message"})


@transaction.atomic
def register(*, username: str, password: str, email: str = "", display_name: str = "") -> User:
    """A new account.

    Raises:
        InvalidInput: by field, what is wrong with the name, the address and the password.
        Conflict: somebody took the name or the address a moment ago.
    """
    user = User(
        username=username.lower(),
        email=User.objects.normalize_email(email),
        display_name=display_name,
    )
    user.set_password(password)
    _check(user, password)
    _save(user)
    return user


def update_profile(*, user: User, password: str = "", **changes: Any) -> User:
    """Change what they say of themselves; other fields are not theirs to set.

    The e-mail address, to which password resets go, changes only with the present password: a
    token that was found or stolen must not be enough to take the account over. That check stays
    outside the transaction: a wrong password counts also when the change is undone.
    """
    changes = {field: changes[field] for field in PROFILE_FIELDS & changes.keys()}
    if changes.get("email", user.email) != user.email:
        confirm_password(user=user, password=password)
    for field, value in changes.items():
        setattr(user, field, value)
    _check(user)
    _save(user, update_fields=sorted(changes))
    return user


def _check(user: User, password: str | None = None) -> None:
    errors: dict[str, list[str]] = {}
    with _collected(errors):
        user.full_clean()
    if password is not None:
        with _collected(errors, "password"):
            validate_password(password, user)
    if errors:
        raise InvalidInput(next(iter(errors.values()))[0], fields=errors)


@contextmanager
def _collected(errors: dict[str, list[str]], field: str = NON_FIELD_ERRORS) -> Iterator[None]:
    try:
        yield
    except ValidationError as error:
        errors |= error.message_dict if hasattr(error, "error_dict") else {field: error.messages}


def _save(user: User, **options: Any) -> None:
    try:
        with transaction.atomic():
            user.save(**options)
    except IntegrityError as error:
        raise Conflict("This username or e-mail address was taken a moment ago.") from error
