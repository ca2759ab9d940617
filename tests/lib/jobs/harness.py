"""Real workers for a test: `manage.py run_workers` on its database, and their processes."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import psutil
from django.conf import settings

# What takes a minute in production takes seconds here; the counts must be the same.
QUICK = {
    "JOB_LEASE_SECONDS": "10",
    "JOB_BACKOFF_SECONDS": "1",
    "JOB_DELIVERY_SECONDS": "5",
    "JOB_SWEEP_SECONDS": "1",
    "JOB_SILENCE_SECONDS": "20",
    "JOB_STOP_SECONDS": "40",
    "RECOMMENDATIONS_WORKERS": "4",
    "RECOMMENDATIONS_SLOW_WORKERS": "1",
}


def patience(seconds: float) -> float:
    """What takes so long on an idle machine, on this one: others may be at work on it."""
    return seconds * max(1, os.getloadavg()[0] / (os.cpu_count() or 1))


def eventually(condition, seconds=300):
    """Wait until `condition()` holds; fail if it does not in time."""
    start = time.monotonic()
    while not condition():
        assert time.monotonic() < start + patience(seconds), f"not within {seconds} s"
        time.sleep(0.2)


class Workers:
    def __init__(self, folder: Path, **environment: str) -> None:
        self.notes_path = folder / "notes"
        self.gate = folder / "gate"
        self.log_path = folder / "log"
        self.environment = os.environ | QUICK | environment
        self.environment |= {
            "DJANGO_SETTINGS_MODULE": "tests.lib.jobs.worker_settings",
            "SAMPLE_NOTES": str(self.notes_path),
            "SAMPLE_GATE": str(self.gate),
        }

    def manage(self, *arguments: str) -> None:
        """One management command, to its end, in the environment of the workers."""
        command = [sys.executable, "-m", "django", *arguments]
        subprocess.run(command, cwd=settings.BASE_DIR, env=self.environment, check=True)

    def start(self) -> "Workers":
        with self.log_path.open("ab") as log:
            self.main = psutil.Popen(
                [sys.executable, "-m", "django", "run_workers"],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stderr=log,
                start_new_session=True,
            )
        return self

    def tree(self) -> list[psutil.Process]:
        with suppress(psutil.NoSuchProcess):
            return [self.main, *self.main.children(recursive=True)]
        return []

    def cluster(self, queue: str = "recommendations") -> psutil.Process:
        """django-q2's main process for that queue."""
        for child in self.main.children():
            with suppress(psutil.Error):
                if child.environ().get("Q_CLUSTER_NAME") == queue:
                    return child
        raise LookupError(queue)

    def sentinel(self) -> psutil.Process:
        return self.cluster().children()[0]

    def pool(self) -> list[psutil.Process]:
        """The worker processes: the first the sentinel starts, before its two helpers."""
        children = sorted(self.sentinel().children(), key=lambda child: child.pid)
        return children[: int(self.environment["RECOMMENDATIONS_WORKERS"])]

    def is_idle(self) -> bool:
        with suppress(LookupError, IndexError, psutil.Error):
            helpers = 2
            expected = int(self.environment["RECOMMENDATIONS_WORKERS"]) + helpers
            return len(self.sentinel().children()) == expected
        return False

    def end_by(self, number: signal.Signals, seconds: float = 120) -> int:
        """Send the main process that signal; its exit status."""
        self.main.send_signal(number)
        return self.main.wait(timeout=patience(seconds))

    def end(self) -> None:
        """Leave none of its processes behind, however the test ended."""
        processes = self.tree()
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes, timeout=20)

    def notes(self) -> list[tuple[str, int, float]]:
        """What the sample jobs noted: (what, process id, monotonic time)."""
        if not self.notes_path.exists():
            return []
        lines = (line.rsplit(" ", 2) for line in self.notes_path.read_text().splitlines())
        return [(what, int(pid), float(at)) for what, pid, at in lines]

    def let_go(self) -> None:
        """Those sample jobs that are held go on."""
        self.gate.touch()

    def counts(self) -> Counter:
        return Counter(what for what, _, _ in self.notes())

    def ended(self) -> int:
        """How many sample jobs have come to their end; cheap enough to ask while they run."""
        return self.notes_path.read_text().count("end ") if self.notes_path.exists() else 0

    def most_at_once(self) -> int:
        """How many jobs ran at the same time at most; a killed one ends when its worker did."""
        running: dict[int, str] = {}
        most = 0
        for what, pid, _ in sorted(self.notes(), key=lambda note: note[2]):
            if what.startswith("start"):
                running = {p: w for p, w in running.items() if psutil.pid_exists(p) or p == pid}
                running[pid] = what
            else:
                running.pop(pid, None)
            most = max(most, len(running))
        return most
