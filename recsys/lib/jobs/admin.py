"""Jobs for operators: what runs, how far it is, what went wrong; retry, cancel, run now."""

import django_q.admin  # noqa: F401 (registers the admins that are taken back below)
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule, Success
from unfold.decorators import display

from recsys.lib.console import EndlessModelAdmin, PolicyModelAdmin, asks_first
from recsys.lib.jobs import services
from recsys.lib.jobs.models import Heartbeat, Job, JobLock

# A schedule edited by hand can block all others, and payloads are pickles: code decides both.
for model in (Schedule, Success, Failure, OrmQ):
    admin.site.unregister(model)

COLORS = {
    Job.State.COMPLETED: "success",
    Job.State.EXECUTING: "info",
    Job.State.RETRYABLE: "warning",
    Job.State.DISCARDED: "danger",
}


@admin.register(Job)
class JobAdmin(EndlessModelAdmin):
    list_display = [
        "__str__", "queue", "shown_state", "attempts", "progress", "duration", "scheduled_at",
        "error_line",
    ]  # fmt: skip
    list_filter = ["state", "name", "queue"]
    search_fields = ["name", "error"]
    actions = ["retry_jobs", "cancel_jobs", "run_jobs_now"]

    @display(description="state", ordering="state", label=COLORS)  # type: ignore[untyped-decorator]
    def shown_state(self, job: Job) -> tuple[str, str]:
        return job.state, job.get_state_display()

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

    @asks_first(
        description="Retry: run finished jobs again",
        question="These jobs run again from the start, with all their attempts. Retry them?",
        done="Retried",
    )
    def retry_jobs(self, request: HttpRequest, job: Job) -> None:
        services.retry(job=job, actor=request.user)

    @asks_first(
        description="Cancel",
        question="These jobs run no more; one that is running stops at its next report of "
        "progress. Cancel them?",
        done="Cancelled",
    )
    def cancel_jobs(self, request: HttpRequest, job: Job) -> None:
        services.cancel(job=job, actor=request.user)

    @asks_first(
        description="Run waiting jobs now",
        question="These jobs wait no longer. Run them now?",
        done="Run at once",
    )
    def run_jobs_now(self, request: HttpRequest, job: Job) -> None:
        services.run_now(job=job, actor=request.user)


@admin.register(JobLock)
class JobLockAdmin(PolicyModelAdmin):
    """Until when asking for a job yields the one there is."""

    list_display = ["key", "expires_at", "job"]
    list_select_related = ["job"]
    search_fields = ["key"]


@admin.register(Heartbeat)
class HeartbeatAdmin(PolicyModelAdmin):
    """When each cluster of workers last took something from its queue."""

    list_display = ["cluster", "queue", "beat_at"]
    list_filter = ["queue"]
