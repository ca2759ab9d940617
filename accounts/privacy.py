"""What accounts, and the libraries it signs people in with, store about a person."""

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from guardian.models import UserObjectPermission
from knox.models import AuthToken

from accounts.models import (
    Block,
    Friendship,
    RoleGrant,
    SellerDelegation,
    Session,
    User,
    UserIdentity,
)
from recsys.lib.idempotency.models import IdempotencyKey
from recsys.lib.jsonld.addresses import person_iri
from recsys.lib.privacy import Erasure, Holding, address_of, hold, keep_under_alias

BLOCKERS = frozenset({"id", "user", "created_at"})
"""How often somebody was blocked may be known to them; by whom is the blocker's secret."""


def _log_lines(person: int) -> QuerySet[LogEntry]:
    """What they did as operators, and what operators did to their account."""
    accounts = ContentType.objects.get_for_model(User)
    about = Q(content_type=accounts, object_id=str(person))
    return LogEntry.objects.filter(Q(user=person) | about)


def _anonymise_log(_rows: QuerySet[LogEntry], erasure: Erasure) -> None:
    """The audit log must hold, but needs no name."""
    accounts = ContentType.objects.get_for_model(User)
    LogEntry.objects.filter(content_type=accounts, object_id=str(erasure.person)).update(
        object_id=str(erasure.alias), object_repr="erased"
    )
    LogEntry.objects.filter(user=erasure.person).update(user=erasure.alias)


address_of(User, person_iri)
hold(
    Holding(User, "pk", "account", secret=frozenset({"password"})),
    Holding(User.groups.through, "user", "roles"),
    Holding(User.user_permissions.through, "user", "permissions"),
    Holding(RoleGrant, "user", "timed roles"),
    Holding(RoleGrant, "granted_by", "timed roles granted", erase=keep_under_alias("granted_by")),
    Holding(UserIdentity, "user", "identities"),
    Holding(Friendship, "user", "friendships asked"),
    Holding(Friendship, "friend", "friendships received"),
    Holding(Block, "user", "people blocked"),
    Holding(Block, "blocked", "blocks received", secret=BLOCKERS),
    Holding(SellerDelegation, "content_object", "delegations given"),
    Holding(SellerDelegation, "user", "delegations held"),
    Holding(UserObjectPermission, "user", "other grants"),
    Holding(AuthToken, "user", "tokens", secret=frozenset({"digest", "token_key"})),
    Holding(Session, "user", "sessions", secret=frozenset({"session_key", "session_data"})),
    Holding(IdempotencyKey, "caller", "answers kept for repeats"),
    Holding(LogEntry, "user", "audit log", erase=_anonymise_log, find=_log_lines),
)
