"""Who may read which rows, and write which: one declaration per model, asked by everybody.

A policy answers two questions. `readable` narrows a queryset to the rows an actor may see; a row
outside it does not exist for them (404, absent from lists, counts and exports). The `may_*`
methods say what an actor may do to a row they can see (403 otherwise). REST, admin, pages and
actor-aware domain functions all ask the same policy; nothing else decides access.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.filters import BaseFilterBackend
from rest_framework.permissions import SAFE_METHODS, BasePermission

if TYPE_CHECKING:  # DRF's views import the default permission class from here
    from rest_framework.request import Request
    from rest_framework.views import APIView


class Actor(Protocol):
    """Who asks: a user, or Django's AnonymousUser."""

    pk: Any

    @property
    def is_authenticated(self) -> Any: ...

    def has_perm(self, perm: str, obj: Any = None) -> bool: ...


class AMember:
    """Whoever is signed in and holds no permission: for statements that are compiled once.

    `pk` is a parameter (recsys.lib.prepared) that names them at each execution.
    """

    is_authenticated = True

    def __init__(self, pk: Any) -> None:
        self.pk = pk

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return False


PolicyClass = TypeVar("PolicyClass", bound="type[Policy]")


class Policy:
    """Nobody may do anything: a subclass states what is allowed."""

    is_public = False
    """Whether anonymous visitors may ask at all; if not, they are told to sign in (401)."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.none()

    def may_create(self, actor: Actor) -> bool:
        return False

    def may_change(self, actor: Actor, row: Any) -> bool:
        return False

    def may_delete(self, actor: Actor, row: Any) -> bool:
        return self.may_change(actor, row)


_policies: dict[type[Model], Policy] = {}


def policy_for(*models: type[Model]) -> Callable[[PolicyClass], PolicyClass]:
    """Declare the decorated class the policy of `models`."""

    def register(policy_class: PolicyClass) -> PolicyClass:
        for model in models:
            _policies[model] = policy_class()
        return policy_class

    return register


def policy_of(model: type[Model]) -> Policy:
    """The policy of `model`; one that denies everything where none was declared."""
    return _policies.get(model) or Policy()


def models_with_policy() -> set[type[Model]]:
    return set(_policies)


def readable_by(actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of `rows` that `actor` may see."""
    policy = policy_of(rows.model)
    # Nobody's id is null, and so is the owner of a row that has none: the anonymous own nothing.
    if not (policy.is_public or actor.is_authenticated):
        return rows.none()
    return policy.readable(actor, rows)


def policy_of_view(view: APIView) -> Policy:
    queryset = getattr(view, "queryset", None)
    return Policy() if queryset is None else policy_of(queryset.model)


class PolicyFilter(BaseFilterBackend):
    """Reads are filtered: what may not be seen is not there."""

    def filter_queryset(self, request: Request, queryset: Any, view: APIView) -> Any:
        return readable_by(request.user, queryset)


class PolicyPermission(BasePermission):
    """Writes are checked: 401 for the anonymous, 403 for a row one may see but not change."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        policy = policy_of_view(view)
        if not (policy.is_public or request.user.is_authenticated):
            return False
        # To a row, POST is a change of it: whether it is seen at all, 404 or 403, comes first.
        if request.method == "POST" and not getattr(view, "detail", False):
            return policy.may_create(request.user)
        return request.method in SAFE_METHODS or bool(request.user.is_authenticated)

    def has_object_permission(self, request: Request, view: APIView, obj: Any) -> bool:
        policy = policy_of(type(obj))
        if request.method in SAFE_METHODS:
            return True
        if request.method == "DELETE":
            return policy.may_delete(request.user, obj)
        return policy.may_change(request.user, obj)
