"""Every line logged while a job runs says which job it was, whoever logs it."""

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

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


def logging_to_stderr(level: str, levels: Mapping[str, str]) -> dict[str, Any]:
    """`LOGGING`: a line each, from `level` on; of some loggers from their own `levels` on."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"job": {"()": f"{__name__}.{JobFilter.__name__}"}},
        "formatters": {
            "line": {"format": "{asctime} {levelname} {name} {message}{job}", "style": "{"}
        },
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["job"]}
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {name: {"level": own} for name, own in levels.items()},
    }
