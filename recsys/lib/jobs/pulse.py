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

TICK = 0.1  # seconds
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
        self.context = copy_context()  # what is logged about this job says so
        self._written = (0, 0)

    def __call__(self, done: int, total: int) -> None:
        if self.is_lost:
            raise LeaseLost
        self.done, self.total = done, total

    def __enter__(self) -> "Pulse":
        now = time.monotonic()
        self._deadline = now + self.job.timeout
        self._pause = min(SECONDS_BETWEEN_BEATS, settings.JOB_LEASE_SECONDS / 3)
        self._next_beat = now + self._pause
        self._next_renewal = now + settings.JOB_LEASE_SECONDS / 3
        self._next_line = now + SECONDS_BETWEEN_LINES
        _heart.follow(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        _heart.follow(None)

    def beat(self) -> None:
        """Write what there is to write, if it is time."""
        now = time.monotonic()
        if not self._next_beat <= now < self._deadline:
            return
        self._next_beat = now + self._pause
        if now >= self._next_line:
            logger.info("%d/%d", self.done, self.total)
            self._next_line += SECONDS_BETWEEN_LINES
        if (self.done, self.total) != self._written or now >= self._next_renewal:
            self._write()
            self._next_renewal = now + settings.JOB_LEASE_SECONDS / 3

    def _write(self) -> None:
        latest = self.done, self.total
        lease_until = timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
        try:
            held = Job.objects.held(self.job.pk, self.job.attempt).update(
                lease_until=lease_until, done=latest[0], total=latest[1]
            )
        except Error:  # the database is away for a moment; the lease outlasts three beats
            logger.warning("the pulse could not be written", exc_info=True)
        else:
            self._written = latest
            self.is_lost = not held
        finally:
            connection.close()


class _Heart:
    """The thread that beats for whatever job this process runs.

    One for all of them: starting a thread costs more than a small job does.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_wanted = threading.Event()
        self._thread: threading.Thread | None = None
        self._pulse: Pulse | None = None

    def follow(self, pulse: Pulse | None) -> None:
        """Beat for this one from now on, and for no other: waits for a beat in progress."""
        with self._lock:
            self._pulse = pulse
            if pulse is None:
                return
            if self._thread is None or not self._thread.is_alive():  # the first here, or forked
                self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)
                self._thread.start()
        self._is_wanted.set()

    def _run(self) -> None:
        while self._is_wanted.wait():
            time.sleep(TICK)
            with self._lock:
                if self._pulse is None:
                    self._is_wanted.clear()
                else:
                    self._pulse.context.run(self._pulse.beat)


_heart = _Heart()
