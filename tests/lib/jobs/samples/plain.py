"""The sample job's work as a plain function: what django-q2 runs alone, for comparison."""

from recsys.lib.progress import no_progress
from tests.lib.jobs.samples import jobs


def write_row(number: int) -> None:
    jobs.write_row(no_progress, number=number)
