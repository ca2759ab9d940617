"""What is to be done, by whom it is being done, and how it went. The queue only carries ids."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from recsys.lib.jobs.data import JobState
from recsys.lib.jobs.querysets import JobQuerySet


class Job(models.Model):
    """One thing to do. This row is the truth: messages may be lost or come twice."""

    State = JobState

    name = models.CharField(max_length=64)
    args = models.JSONField(default=dict, blank=True)
    queue = models.CharField(max_length=64)
    key = models.CharField(
        max_length=200,
        unique=True,
        null=True,
        blank=True,
        help_text="At most one job ever has it.",
    )
    state = models.CharField(max_length=16, choices=JobState, default=JobState.AVAILABLE)
    attempt = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField()
    timeout = models.PositiveIntegerField(help_text="Seconds an attempt may take.")
    scheduled_at = models.DateTimeField(
        default=timezone.now, help_text="When it was asked for, or the tick it stands for."
    )
    due_at = models.DateTimeField(default=timezone.now, help_text="Not before.")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    cluster = models.CharField(max_length=128, blank=True, help_text="Whose worker ran it.")
    message_id = models.BigIntegerField(null=True, editable=False)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    result = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "queue", "due_at"], name="job_due")]
        constraints = [
            models.CheckConstraint(
                condition=Q(attempt__lte=F("max_attempts")), name="job_attempts_bounded"
            ),
            models.CheckConstraint(
                condition=~Q(state=JobState.EXECUTING) | Q(lease_until__isnull=False),
                name="job_executing_on_lease",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk}"

    def duration(self, now: datetime) -> timedelta | None:
        """How long the latest attempt took, or has taken so far."""
        if self.started_at is None:
            return None
        return (self.finished_at or now) - self.started_at

    def rate(self, now: datetime) -> float | None:
        """Things done per second in the latest attempt."""
        duration = self.duration(now)
        return self.done / duration.total_seconds() if duration and self.done else None

    def remaining(self, now: datetime) -> timedelta | None:
        """An estimate of what is left, at the rate so far; none unless it is running."""
        rate = self.rate(now)
        if rate is None or self.state != JobState.EXECUTING:
            return None
        return timedelta(seconds=max(self.total - self.done, 0) / rate)


class JobLock(models.Model):
    """While it lasts, the same job again is that job."""

    key = models.CharField(max_length=200, primary_key=True)
    expires_at = models.DateTimeField()
    job = models.ForeignKey(Job, models.CASCADE, null=True, related_name="+")

    def __str__(self) -> str:
        return self.key


class Heartbeat(models.Model):
    """When a cluster of workers last took something from its queue."""

    cluster = models.CharField(max_length=128, primary_key=True)
    queue = models.CharField(max_length=64)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.cluster
