"""Every line logged while a job runs says which job it was, whoever logs it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_running: ContextVar[str] = ContextVar("running_job", default="")


@contextmanager
def job_in_logs(job_id: int, name: str, attempt: int) -> Iterator[None]:
    token = _running.set(f" job={job_id} name={name} attempt={attempt}")
    try:
        yield
    finally:
        _running.reset(token)


class JobFilter(logging.Filter):
    """Gives each record `job`: ` job=12 name=prune attempt=1` in a job, empty elsewhere."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.job = _running.get()
        return True
