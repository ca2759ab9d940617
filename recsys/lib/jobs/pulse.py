"""The sign of life of a running job: it keeps the lease, and tells how far the work is."""

import logging
import threading
import time
from contextvars import copy_context
from datetime import timedelta
from types import TracebackType

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from recsys.lib.jobs.models import Job

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_BEATS = 2.0
SECONDS_BETWEEN_LINES = 30.0


class LeaseLost(Exception):
    """The job was cancelled, or somebody else has taken it over: stop working on it."""


class Pulse:
    """A `Progress` for a job that is running; as a context manager it beats until the end.

    Reporting costs nothing: a thread writes the latest figures, on a connection of its own, so
    that they are seen, and the lease holds, while the job is deep in a transaction. It stops at
    the job's timeout, so that one that cannot even be interrupted loses its lease.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.done = self.total = 0
        self.is_lost = False
        self._written = (0, 0)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=copy_context().run, args=[self._beat], daemon=True)

    def __call__(self, done: int, total: int) -> None:
        if self.is_lost:
            raise LeaseLost
        self.done, self.total = done, total

    def __enter__(self) -> "Pulse":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._is_over.set()
        self._thread.join()

    def _beat(self) -> None:
        pause = min(SECONDS_BETWEEN_BEATS, settings.JOB_LEASE_SECONDS / 3)
        deadline = time.monotonic() + self.job.timeout
        next_renewal = time.monotonic() + settings.JOB_LEASE_SECONDS / 3
        next_line = time.monotonic() + SECONDS_BETWEEN_LINES
        try:
            while not self._is_over.wait(pause) and time.monotonic() < deadline:
                if time.monotonic() >= next_line:
                    logger.info("%d/%d", self.done, self.total)
                    next_line += SECONDS_BETWEEN_LINES
                if (self.done, self.total) != self._written or time.monotonic() >= next_renewal:
                    self._write()
                    next_renewal = time.monotonic() + settings.JOB_LEASE_SECONDS / 3
        finally:
            connection.close()

    def _write(self) -> None:
        latest = self.done, self.total
        lease_until = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
        try:
            held = Job.objects.held(self.job.pk, self.job.attempt).update(
                lease_until=lease_until, done=latest[0], total=latest[1]
            )
        except Error:  # the database is away for a moment; the lease outlasts three beats
            logger.warning("the pulse could not be written", exc_info=True)
            connection.close()
        else:
            self._written = latest
            self.is_lost = not held
