"""Jobs for operators: what runs, how far it is, what went wrong; retry, cancel, run now."""

from collections.abc import Callable
from typing import Any

import django_q.admin  # noqa: F401 (registers the admins that are taken back below)
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule, Success

from recsys.lib.access import policy_of, readable_by
from recsys.lib.errors import DomainError
from recsys.lib.jobs import services
from recsys.lib.jobs.models import Job

# A schedule edited by hand can block all others, and payloads are pickles: code decides both.
for model in (Schedule, Success, Failure, OrmQ):
    admin.site.unregister(model)


@admin.register(Job)
class JobAdmin(admin.ModelAdmin):
    list_display = [
        "__str__", "queue", "state", "attempts", "progress", "duration", "scheduled_at",
        "error_line",
    ]  # fmt: skip
    list_filter = ["state", "name", "queue"]
    search_fields = ["name", "error"]
    date_hierarchy = "scheduled_at"
    show_full_result_count = False
    actions = ["retry_jobs", "cancel_jobs", "run_jobs_now"]

    @admin.display(ordering="attempt")
    def attempts(self, job: Job) -> str:
        return f"{job.attempt} of {job.max_attempts}"

    @admin.display
    def progress(self, job: Job) -> str:
        if not job.total:
            return "–"
        remaining = job.remaining(timezone.now())
        left = f", about {remaining.total_seconds():.0f} s left" if remaining else ""
        return f"{job.done:,} of {job.total:,} ({job.done / job.total:.0%}){left}"

    @admin.display
    def duration(self, job: Job) -> str:
        duration = job.duration(timezone.now())
        return "–" if duration is None else f"{duration.total_seconds():,.1f} s"

    @admin.display(description="error")
    def error_line(self, job: Job) -> str:
        """The last line of a traceback is what went wrong."""
        return job.error.strip().rpartition("\n")[2][:120]

    @admin.action(description="Retry: run finished jobs again", permissions=["steer"])
    def retry_jobs(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        self._each(request, jobs, services.retry)

    @admin.action(description="Cancel", permissions=["steer"])
    def cancel_jobs(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        self._each(request, jobs, services.cancel)

    @admin.action(description="Run waiting jobs now", permissions=["steer"])
    def run_jobs_now(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        self._each(request, jobs, services.run_now)

    def _each(
        self, request: HttpRequest, jobs: QuerySet[Job], change: Callable[..., None]
    ) -> None:
        changed = 0
        for job in jobs:
            try:
                change(job=job, actor=request.user)
                changed += 1
            except DomainError as refusal:
                self.message_user(request, f"{job}: {refusal.detail}", messages.WARNING)
        if changed:
            self.message_user(request, f"{changed} changed.", messages.SUCCESS)

    # The policy decides, as everywhere; rows come from services, never from a form.

    def has_steer_permission(self, request: HttpRequest) -> bool:
        return policy_of(Job).may_create(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_steer_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_steer_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Job]:
        return readable_by(request.user, super().get_queryset(request))
