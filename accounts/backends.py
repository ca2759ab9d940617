"""Who may sign in, and which permissions they hold at this moment."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import BigIntegerField, DateTimeField
from django.utils import timezone

from accounts.models import PERSON, User
from accounts.policies import permissions_held_by
from accounts.throttling import give_back, take_sign_in_slots, use_up
from recsys.lib.prepared import Parameter, Prepared


class AccountBackend(ModelBackend):
    """Django's own backend: locked accounts kept out, tries limited, timed roles honoured.

    Every door (API, pages, admin) comes through `authenticate`, so no door can forget the limits.
    `get_user` asks `user_can_authenticate` too, so locking somebody also ends their sessions.
    """

    def authenticate(self, request, username=None, password=None, **kwargs):
        """The account of that name or e-mail address, if the password is right.

        One password is hashed in any case, so that unknown, wrong and locked take equally long.
        Tries by name and tries by address are tries at one account.

        Raises:
            TooManyTries: the account or the address has used up its tries for now.
        """
        if username is None or password is None:
            return None
        slots = take_sign_in_slots(request, _account_named(username))
        user = super().authenticate(request, username=username, password=password, **kwargs)
        settle = use_up if user is None else give_back
        settle(slots)
        return user

    def get_user(self, user_id):
        """By a statement compiled once: every page of a member asks for its person."""
        rows = _person.tuples(user=user_id)
        user = User.from_db("default", PERSON, rows[0]) if rows else None
        return user if user and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user) -> bool:
        return user.is_active and user.locked_at is None

    def has_perm(self, user_obj, perm, obj=None):
        """What the token's statement told already is not asked again."""
        told = getattr(user_obj, "told_permissions", {})
        if obj is None and perm in told:
            return told[perm]
        return super().has_perm(user_obj, perm, obj)

    def get_all_permissions(self, user_obj, obj=None):
        """Own, by role, and by a role granted until a time still ahead: one statement.

        Kept on the person's object, which lives as long as a request; permissions on single rows
        are the policies' business.
        """
        if obj is not None or user_obj.is_anonymous or not self.user_can_authenticate(user_obj):
            return set()
        if not hasattr(user_obj, "_perm_cache"):
            user_obj._perm_cache = set(_permissions(user_obj))  # noqa: SLF001 (as Django names it)
        return user_obj._perm_cache  # noqa: SLF001


def _account_named(name: str) -> str:
    """What tries at it are counted under: the username where there is one, else as typed."""
    found = User.objects.named(name).values_list("username", flat=True).first()
    return found or name.lower()


def _permissions(user: Any) -> Iterable[str]:
    held: Iterable[tuple[Any, ...]]
    if user.is_superuser:
        held = Permission.objects.order_by().values_list("content_type__app_label", "codename")
    else:
        held = _held.tuples(user=user.pk, now=timezone.now())
    return (f"{app}.{codename}" for app, codename in held)


_person = Prepared(
    lambda: User.objects.filter(pk=Parameter("user", BigIntegerField())).values_list(*PERSON)
)
_held = Prepared(
    lambda: (
        permissions_held_by(
            Parameter("user", BigIntegerField()), Parameter("now", DateTimeField())
        )
        .values("content_type__app_label", "codename")
        .distinct()
    )
)
