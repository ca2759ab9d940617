"""The admin of a model with a policy: what an operator finds, and what they may do to it."""

from typing import Any

from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from unfold.admin import ModelAdmin, TabularInline
from unfold.paginator import InfinitePaginator

from recsys.lib.access import policy_of, readable_by
from recsys.lib.console.extensions import actions_on, panels_of
from recsys.lib.errors import DomainError

MANAGE = "recommendations.manage_recommendations"


class Entered:
    """Shown to those who hold a permission; without one the console has nothing for them.

    What they find there, and may do to it, is up to the model's policy. Rows come from services:
    a form writes only where `is_editable` says so, and then through a service.
    """

    permission_to_enter = MANAGE
    is_editable = False
    model: type[Model]

    def has_enter_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(self.permission_to_enter)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_enter_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_enter_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may_edit(request) and policy_of(self.model).may_create(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        policy = policy_of(self.model)
        return self._may_edit(request) and (obj is None or policy.may_change(request.user, obj))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One row at a time, through its service; never a selection in one statement."""
        policy = policy_of(self.model)
        return self._may_edit(request) and obj is not None and policy.may_delete(request.user, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)  # type: ignore[misc]
        return readable_by(request.user, rows)

    def _may_edit(self, request: HttpRequest) -> bool:
        return self.is_editable and self.has_enter_permission(request)


class PolicyModelAdmin(Entered, ModelAdmin):
    list_per_page = 50
    show_full_result_count = False
    compressed_fields = True
    list_filter_submit = True
    change_form_outer_after_template = "console/panels.html"

    def _get_base_actions(self) -> list[Any]:
        added = actions_on(self.opts.label)
        names = ((each, each.__name__, each.short_description) for each in added)  # type: ignore[attr-defined]
        return [*super()._get_base_actions(), *names]

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With the panels of every floor; a service's refusal is told, and nothing is written."""
        row = self.get_object(request, object_id) if object_id else None
        panels = [] if row is None else panels_of(request, row)
        context = {**(extra_context or {}), "panels": panels}
        try:
            return super().changeform_view(request, object_id, form_url, context)
        except DomainError as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except DomainError as refusal:
            self.message_user(request, refusal.detail, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


class EndlessModelAdmin(PolicyModelAdmin):
    """For tables of millions: pages without a last one, since counting rows means reading them."""

    paginator = InfinitePaginator


class PolicyTabularInline(Entered, TabularInline):
    """Rows beside the one they belong to, to be read."""

    extra = 0
    can_delete = False
    show_change_link = False
