from datetime import datetime

from django.db.models import Expression, F, Q, QuerySet

from recsys.lib.jobs.data import JobState

PENDING = (JobState.AVAILABLE, JobState.RETRYABLE)
FINISHED = (JobState.COMPLETED, JobState.DISCARDED, JobState.CANCELLED)


Moment = datetime | Expression


class JobQuerySet(QuerySet):
    def pending(self) -> "JobQuerySet":
        """Waiting for a worker, now or later."""
        return self.filter(state__in=PENDING)

    def due(self, now: datetime) -> "JobQuerySet":
        return self.pending().filter(due_at__lte=now)

    def abandoned(self, now: datetime) -> "JobQuerySet":
        """Claimed by a worker that has not been heard of since its lease ended."""
        return self.filter(state=JobState.EXECUTING, lease_until__lt=now)

    def running(self, now: datetime) -> "JobQuerySet":
        return self.filter(state=JobState.EXECUTING, lease_until__gte=now)

    def claimable(self, now: Moment) -> "JobQuerySet":
        """Due, or given up by the worker that had it; with an attempt left."""
        due = Q(state__in=PENDING, due_at__lte=now)
        abandoned = Q(state=JobState.EXECUTING, lease_until__lt=now)
        return self.filter(due | abandoned, attempt__lt=F("max_attempts"))

    def held(self, job_id: int | Expression, attempt: int | Expression) -> "JobQuerySet":
        """That job, if that attempt is still the one that counts."""
        return self.filter(pk=job_id, attempt=attempt, state=JobState.EXECUTING)

    def finished(self) -> "JobQuerySet":
        return self.filter(state__in=FINISHED)
