"""How long work says how far it is, without knowing who listens: a bar, a log, a job's row."""

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Called with (done, total) as work goes on; it may raise, to stop work nobody wants any more."""


def no_progress(done: int, total: int) -> None:
    """Nobody is watching."""
