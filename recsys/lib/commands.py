"""What every management command here has in common: progress, a report, an honest exit status."""

import gc
import time
from abc import abstractmethod
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from tqdm import tqdm

from recsys.lib.errors import DomainError
from recsys.lib.jobs.registry import spec_of
from recsys.lib.jobs.services import enqueue, note_done
from recsys.lib.progress import Progress, no_progress

__all__ = ["Progress", "ReportingCommand", "no_progress"]

SECONDS_BETWEEN_LINES = 5.0


class ReportingCommand(BaseCommand):
    """Runs `work`, shows its progress, and prints what it reports.

    A bar on a terminal, a plain line every few seconds elsewhere, both on stderr; `--json` prints
    the report as one object on stdout. A refusal is one line and exit status 1, never a traceback.
    A command that names its `job` takes `--enqueue`, which leaves the work to the workers.
    """

    job: str | None = None
    """The job that does the same; it is given those options that its function knows by name."""

    @abstractmethod
    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        """Do it; return the figures worth reporting, by name."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        if self.job:
            parser.add_argument("--enqueue", action="store_true", help="leave it to the workers")

    def run_from_argv(self, argv: list[str]) -> None:
        gc.freeze()  # as recsys.wsgi does: a sixth of the time of an import was the collector's
        super().run_from_argv(argv)

    def handle(self, *args: Any, **options: Any) -> None:
        work = self._enqueue if options.get("enqueue") else self._work
        with _Display(self.stderr, quiet=options["verbosity"] == 0) as progress:
            try:
                report = work(progress, **options)
            except DomainError as error:
                raise CommandError(error.detail) from error
            except OSError as error:
                raise CommandError(f"{error.filename or ''}: {error.strerror or error}") from error
        if options["json"]:
            self.stdout.write(orjson.dumps(report, default=str).decode())
        elif options["verbosity"]:
            self.stdout.write(", ".join(f"{k.replace('_', ' ')}: {v}" for k, v in report.items()))
        if report.get("failed"):
            raise CommandError(f"{report['failed']} failed; the log says why.")

    def job_of(self, options: dict[str, Any]) -> str | None:
        """The job that does what these options ask for."""
        return self.job

    def _work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        """The work; where a job does the same, the console shows that it was done."""
        name, started_at = self.job_of(options), timezone.now()
        report = self.work(progress, **options)
        if name:
            args = _arguments(name, options)
            note_done(name=name, args=args, started_at=started_at, result=report)
        return report

    def _enqueue(self, progress: Progress, **options: Any) -> dict[str, Any]:
        name = self.job_of(options)
        if name is None:
            raise CommandError("This is done at once: there is no job for it.")
        job = enqueue(name, **_arguments(name, options))
        return {"job": job.pk, "state": job.state}


def _arguments(job: str, options: dict[str, Any]) -> dict[str, Any]:
    return {name: options[name] for name in spec_of(job).parameters if name in options}


class _Display:
    """Shows (done, total): tqdm on a terminal, lines elsewhere."""

    def __init__(self, stream: Any, *, quiet: bool) -> None:
        self.stream = stream
        self.quiet = quiet
        self.bar: tqdm[Any] | None = None
        self.next_line_at = time.monotonic() + SECONDS_BETWEEN_LINES

    def __enter__(self) -> "_Display":
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def __call__(self, done: int, total: int) -> None:
        if self.quiet:
            return
        if self.stream.isatty():
            if self.bar is None:
                self.bar = tqdm(total=total, file=self.stream, unit="")
            self.bar.total = total
            self.bar.update(done - self.bar.n)
        elif time.monotonic() >= self.next_line_at:
            self.stream.write(f"{done}/{total}")
            self.next_line_at = time.monotonic() + SECONDS_BETWEEN_LINES
