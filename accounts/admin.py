"""People, roles and who may act for whom. Sessions and tokens, which are keys, are not shown."""

from typing import Any, cast

import django.contrib.auth.admin  # noqa: F401 (these register the admins taken back below)
import knox.admin  # noqa: F401
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils import timezone
from knox.models import AuthToken
from unfold.forms import AuthenticationForm

from accounts import services
from accounts.data import Role
from accounts.forms import SignInForm
from accounts.models import Block, Friendship, RoleGrant, SellerDelegation, User, UserIdentity
from accounts.policies import is_administrator
from recsys.lib.console import EndlessModelAdmin, PolicyModelAdmin, PolicyTabularInline, asks_first

ADMINISTER = "accounts.change_user"
PRIVATE = ["email", "locked_at", "last_sign_in_at", "sign_in_count"]
"""Of a person, beyond the public card: for administrators."""

# Roles are given through services, and a token is a key: their libraries' own admins are not
# offered. (One that was imported before unfold took the site over is not there in any case.)
admin.site.unregister([model for model in (Group, AuthToken) if admin.site.is_registered(model)])


class AdminSignInForm(SignInForm, AuthenticationForm):
    """For staff only; tries are limited as at every door."""


admin.site.login_form = AdminSignInForm


def actor_of(request: HttpRequest) -> User:
    """Whoever asks: the admin lets nobody in who did not sign in."""
    return cast("User", request.user)


class RoleGrantInline(PolicyTabularInline):
    model = RoleGrant
    fk_name = "user"
    permission_to_enter = ADMINISTER
    fields = readonly_fields = ["group", "expires_at", "granted_by"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("group", "granted_by")


@admin.register(User)
class UserAdmin(EndlessModelAdmin):
    """The public card for managers; administrators see the rest, and let people into the admin."""

    is_editable = True
    card = ["username", "display_name", "presence", "is_active", "date_joined"]
    search_fields = ["username", "display_name"]
    list_filter = ["is_active", "is_staff", "presence", "groups"]
    ordering = ["-id"]
    actions = ["lock", "unlock"]
    inlines = [RoleGrantInline]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return [*self.card, *(PRIVATE if is_administrator(request.user) else [])]

    def get_list_filter(self, request: HttpRequest) -> list[str]:
        return self.list_filter if is_administrator(request.user) else ["presence"]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return [*self.search_fields, *(["=email"] if is_administrator(request.user) else [])]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        card = [*self.card, "biography", "status_message"]
        return [*card, "is_staff", *PRIVATE] if is_administrator(request.user) else card

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        own = {"is_staff", "is_active"} if is_administrator(request.user) else set()
        return [name for name in self.get_fields(request, obj) if name not in own]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People register themselves."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody lets themselves in: the policy's "one's own" is for the profile."""
        return is_administrator(request.user) and super().has_change_permission(request, obj)

    @asks_first(
        description="Lock: keep these people out",
        question="They are signed out everywhere and cannot sign in again. Lock them?",
    )
    def lock(self, request: HttpRequest, user: User) -> None:
        services.lock_user(actor=actor_of(request), user=user, now=timezone.now())

    @asks_first(
        description="Unlock: let these people in again",
        question="They may sign in again. Unlock them?",
    )
    def unlock(self, request: HttpRequest, user: User) -> None:
        services.unlock_user(actor=actor_of(request), user=user)


@admin.register(Group)
class GroupAdmin(PolicyModelAdmin):
    """The roles, which migrations make."""

    permission_to_enter = ADMINISTER
    list_display = ["name"]
    search_fields = ["name"]
    fields = ["name", "permissions"]


@admin.register(RoleGrant)
class RoleGrantAdmin(PolicyModelAdmin):
    permission_to_enter = ADMINISTER
    is_editable = True
    list_display = ["user", "group", "expires_at", "is_in_force", "granted_by", "created_at"]
    list_select_related = ["user", "group", "granted_by"]
    list_filter = ["group"]
    search_fields = ["user__username"]
    autocomplete_fields = ["user", "group"]
    fields = ["user", "group", "expires_at"]

    @admin.display(boolean=True)
    def is_in_force(self, grant: RoleGrant) -> bool:
        return grant.expires_at > timezone.now()

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Granting anew replaces a grant."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        services.grant_role(
            actor=actor_of(request),
            user=obj.user,
            role=Role(obj.group.name),
            now=timezone.now(),
            until=obj.expires_at,
        )
        obj.pk = RoleGrant.objects.get(user=obj.user, group=obj.group).pk

    def delete_model(self, request: HttpRequest, obj: RoleGrant) -> None:
        services.revoke_role(actor=actor_of(request), user=obj.user, role=Role(obj.group.name))


@admin.register(UserIdentity)
class UserIdentityAdmin(EndlessModelAdmin):
    list_display = ["provider", "uid", "user"]
    list_select_related = ["user"]
    list_filter = ["provider"]
    search_fields = ["uid", "user__username"]


@admin.register(Friendship)
class FriendshipAdmin(EndlessModelAdmin):
    list_display = ["user", "friend", "accepted_at"]
    list_select_related = ["user", "friend"]
    search_fields = ["user__username", "friend__username"]


@admin.register(Block)
class BlockAdmin(EndlessModelAdmin):
    list_display = ["user", "blocked", "created_at"]
    list_select_related = ["user", "blocked"]
    search_fields = ["user__username", "blocked__username"]


@admin.register(SellerDelegation)
class SellerDelegationAdmin(PolicyModelAdmin):
    permission_to_enter = ADMINISTER
    list_display = ["content_object", "user", "permission"]
    list_select_related = ["content_object", "user", "permission__content_type"]
    search_fields = ["content_object__username", "user__username"]
