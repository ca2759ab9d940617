"""Roles and locks: what administrators give and take, each with a line in the audit log.

The log is Django admin's own: it keeps who, whom, what and when, the admin shows it as a person's
history, and a second table beside it would only split the story.
"""

from datetime import datetime

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group
from django.db import transaction

from accounts.data import Role
from accounts.models import RoleGrant, User
from accounts.services.signing import sign_out_everywhere
from recsys.lib.access import policy_of
from recsys.lib.errors import Conflict, InvalidInput, NotAllowed


@transaction.atomic
def grant_role(
    *, actor: User, user: User, role: Role, now: datetime, until: datetime | None = None
) -> None:
    """Give a role, for good or until a time; granting anew replaces the earlier grant.

    Raises:
        NotAllowed: the actor is no administrator.
        InvalidInput: `until` is not ahead.
    """
    _check_may_change(actor, user)
    if until is not None and until <= now:
        raise InvalidInput("A role is granted until a time that is still ahead.")
    group = Group.objects.get(name=role)
    _take(user, group)
    if until is None:
        user.groups.add(group)
    else:
        RoleGrant.objects.create(user=user, group=group, expires_at=until, granted_by=actor)
    _log(actor, user, f"Granted {role}" + (f" until {until:%Y-%m-%d %H:%M %Z}" if until else ""))


@transaction.atomic
def revoke_role(*, actor: User, user: User, role: Role) -> None:
    """Take a role away, however it was given."""
    _check_may_change(actor, user)
    _take(user, Group.objects.get(name=role))
    _log(actor, user, f"Revoked {role}")


@transaction.atomic
def lock_user(*, actor: User, user: User, now: datetime) -> None:
    """Keep somebody out: no sign-in from now on, and their tokens and sessions end.

    Raises:
        NotAllowed: the actor is no administrator.
        Conflict: administrators cannot lock themselves out.
    """
    _check_may_change(actor, user)
    if actor.pk == user.pk:
        raise Conflict("Nobody can lock themselves out.")
    user.locked_at = now
    user.save(update_fields=["locked_at"])
    sign_out_everywhere(user=user)
    _log(actor, user, "Locked")


@transaction.atomic
def unlock_user(*, actor: User, user: User) -> None:
    """Let somebody in again; they sign in anew."""
    _check_may_change(actor, user)
    user.locked_at = None
    user.save(update_fields=["locked_at"])
    _log(actor, user, "Unlocked")


def _check_may_change(actor: User, user: User) -> None:
    if not (policy_of(RoleGrant).may_create(actor) and policy_of(User).may_change(actor, user)):
        raise NotAllowed("Only administrators may do this.")


def _take(user: User, group: Group) -> None:
    user.groups.remove(group)
    user.role_grants.filter(group=group).delete()


def _log(actor: User, user: User, message: str) -> None:
    LogEntry.objects.log_actions(actor.pk, [user], CHANGE, message, single_object=True)
