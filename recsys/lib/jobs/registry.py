"""Which jobs exist: a name, the function behind it, and the promises made about running it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from inspect import Parameter, signature
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from recsys.lib.errors import InvalidInput

JobFunction = Callable[..., dict[str, Any] | None]
"""Takes a `Progress`, then the job's arguments by keyword; returns the figures worth keeping."""

Period = timedelta | Callable[..., timedelta] | None


@dataclass(frozen=True)
class JobSpec:
    """One kind of job. `timeout` is in seconds.

    `then` names the job that follows a success, with the same arguments.
    """

    name: str
    function: JobFunction
    queue: str
    max_attempts: int
    timeout: int
    unique_for: Period
    then: str | None

    @cached_property
    def parameters(self) -> dict[str, Parameter]:
        """The job's own arguments by name, without the progress it is handed."""
        _, *own = signature(self.function).parameters.values()
        return {parameter.name: parameter for parameter in own}

    @cached_property
    def hints(self) -> dict[str, Any]:
        """The types of the arguments."""
        return get_type_hints(self.function)

    def period(self, args: dict[str, Any]) -> timedelta | None:
        """For how long one job with these arguments is enough."""
        return self.unique_for(**args) if callable(self.unique_for) else self.unique_for

    def checked(self, args: dict[str, Any]) -> dict[str, Any]:
        """These arguments without those that say nothing, so that the same job looks the same.

        Raises InvalidInput for what the function would choke on, while somebody is there to hear.
        """
        missing = [
            name
            for name, parameter in self.parameters.items()
            if parameter.default is Parameter.empty and name not in args
        ]
        problems = {name: ["This is required."] for name in missing} | {
            name: ["There is no such argument, or it is of another type."]
            for name, value in args.items()
            if name not in self.parameters or not _fits(value, self.hints[name])
        }
        if problems:
            raise InvalidInput(f"The arguments do not fit {self.name}.", fields=problems)
        defaults = {name: parameter.default for name, parameter in self.parameters.items()}
        return {name: value for name, value in args.items() if value != defaults[name]}


_specs: dict[str, JobSpec] = {}


def _fits(value: Any, hint: Any) -> bool:
    """Whether a value from JSON is what a job's argument is declared as, list members too."""
    if isinstance(hint, UnionType):
        return any(_fits(value, each) for each in get_args(hint))
    members = get_args(hint)
    return isinstance(value, get_origin(hint) or hint) and (
        not members or all(_fits(each, members[0]) for each in value)
    )


def job(  # noqa: PLR0913 (the promises are what is declared)
    name: str,
    *,
    queue: str,
    timeout: int,
    max_attempts: int = 3,
    unique_for: Period = None,
    then: str | None = None,
) -> Callable[[JobFunction], JobFunction]:
    """Declare the decorated function a job.

    `unique_for` is a period, or a function of the job's arguments that yields one: while it lasts,
    enqueueing the same job again yields the first. Raises ImproperlyConfigured when the name is
    taken, the queue does not exist, or the timeout (seconds) exceeds the queue's.
    """

    def register(function: JobFunction) -> JobFunction:
        if name in _specs:
            raise ImproperlyConfigured(f"Two jobs are called {name}.")
        if queue not in settings.JOB_QUEUES:
            raise ImproperlyConfigured(f"{name}: there is no queue called {queue}.")
        if timeout > settings.JOB_QUEUES[queue]["timeout"]:
            raise ImproperlyConfigured(f"{name}: {queue} allows no timeout of {timeout} s.")
        _specs[name] = JobSpec(name, function, queue, max_attempts, timeout, unique_for, then)
        return function

    return register


def spec_of(name: str) -> JobSpec:
    try:
        return _specs[name]
    except KeyError:
        raise InvalidInput(f"There is no job called {name}.", code="unknown_job") from None
