"""Keeps one cluster of workers per queue alive, each a process group of its own."""

import ctypes
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import count

from django.conf import settings
from django.db import Error, close_old_connections
from django.utils import timezone

from recsys.lib.jobs import heartbeat, transport
from recsys.lib.jobs.sweeper import abandon, sweep

logger = logging.getLogger(__name__)

TICK = 0.5  # seconds
BOOT_PATIENCE = timedelta(minutes=2)
PR_SET_PDEATHSIG = 1

_serial = count(1)


class Cluster:
    """The processes that serve one queue: django-q2's main process, its sentinel, the workers.

    They share a process group, because the sentinel's death leaves orphans that nothing else
    reaches; and only the main process is ever asked to stop, because a worker that is asked dies
    in the middle of its job.
    """

    def __init__(self, queue: str) -> None:
        self.queue = queue
        self.silence = timedelta(seconds=settings.JOB_SILENCE_SECONDS)

    def start(self, *, now: datetime) -> None:
        self.name = f"{socket.gethostname()}:{os.getpid()}:{self.queue}:{next(_serial)}"
        self.started_at = now
        self.heard_at: datetime | None = None
        self.question: int | None = None
        self.process = subprocess.Popen(
            [sys.executable, "-m", "django", "qcluster"],
            cwd=settings.BASE_DIR,
            env=os.environ | {"Q_CLUSTER_NAME": self.queue, heartbeat.ENVIRONMENT_NAME: self.name},
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 (this process has no threads)
        )
        logger.info("started %s as process group %d", self.queue, self.process.pid)

    def is_running(self) -> bool:
        return self.process.poll() is None

    def is_silent(self, *, now: datetime) -> bool:
        """Whether nothing has been heard for too long, though a worker was free to answer."""
        signs = (self.heard_at, heartbeat.last_beat(self.name))
        self.heard_at = max((at for at in signs if at), default=None)
        if self.heard_at and now - self.heard_at < self.silence / 4:
            return False
        if heartbeat.is_busy(self.name, self.queue, now=now):
            self.heard_at = now
        elif not transport.is_there(self.question):
            self.question = heartbeat.ask_for_beat(self.queue, now=now)
        if self.heard_at is None:
            return now - self.started_at > BOOT_PATIENCE
        return now - self.heard_at > self.silence

    def ask_to_stop(self) -> None:
        if self.is_running():
            self.process.terminate()

    def kill(self) -> None:
        """End every process of the group, the main one's orphans included."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def clean_up(self, *, now: datetime) -> None:
        """Leave nothing of a dead cluster in the database that others would wait for."""
        transport.withdraw(self.question)
        abandon(self.name, now=now)


def _end_with_parent() -> None:
    """Have the kernel ask this process to stop should its parent be killed (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Runs until it is told to stop: restarts what died or fell silent, and sweeps."""

    def __init__(self) -> None:
        self.clusters = [Cluster(queue) for queue in settings.JOB_QUEUES]
        self.is_stopping = False
        self.next_sweep = time.monotonic()

    def run(self) -> bool:
        """Serve until SIGTERM or SIGINT; whether everything then ended by itself."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        for cluster in self.clusters:
            cluster.start(now=timezone.now())
        while not self.is_stopping:
            time.sleep(TICK)
            self._watch(now=timezone.now())
        return self._stop()

    def _on_signal(self, number: int, frame: object) -> None:
        self.is_stopping = True

    def _watch(self, *, now: datetime) -> None:
        close_old_connections()
        for cluster in self.clusters:
            if not cluster.is_running():
                logger.error("%s died (exit %s)", cluster.queue, cluster.process.returncode)
                self._restart(cluster, now)
        try:
            self._restart_silent(now)
            self._sweep(now)
        except Error:
            logger.exception("the database does not answer")
            for cluster in self.clusters:  # silence is no sign of anything while it is away
                cluster.heard_at = now

    def _restart_silent(self, now: datetime) -> None:
        for cluster in self.clusters:
            if cluster.is_silent(now=now):
                logger.error("%s has been silent since %s", cluster.queue, cluster.heard_at)
                self._restart(cluster, now)

    def _restart(self, cluster: Cluster, now: datetime) -> None:
        cluster.kill()
        try:
            cluster.clean_up(now=now)
        except Error:
            logger.warning("the leases of %s will run out by themselves", cluster.queue)
        cluster.start(now=now)

    def _sweep(self, now: datetime) -> None:
        if time.monotonic() < self.next_sweep:
            return
        self.next_sweep = time.monotonic() + settings.JOB_SWEEP_SECONDS
        report = sweep(now=now)
        if any(report.values()):
            logger.warning("swept: %s", report)

    def _stop(self) -> bool:
        """Let running jobs finish until the deadline, then kill what is left."""
        logger.info("stopping: waiting for running jobs")
        deadline = time.monotonic() + settings.JOB_STOP_SECONDS
        for cluster in self.clusters:
            cluster.ask_to_stop()
        while any(cluster.is_running() for cluster in self.clusters):
            if time.monotonic() > deadline:
                logger.error("killing what has not finished in time")
                break
            time.sleep(TICK / 5)
        graceful = not any(cluster.is_running() for cluster in self.clusters)
        for cluster in self.clusters:
            cluster.kill()
        return graceful
