"""The clusters of workers as django-q2 is told of them: one a queue. Settings read it."""

from collections.abc import Mapping
from typing import Any

Queues = dict[str, dict[str, int]]


def job_queues(**queues: tuple[int, int]) -> Queues:
    """What holds of each queue, of (worker processes, an attempt's longest run in seconds).

    A cluster takes no more than its workers can begin, and offers a message again only after the
    longest wait and run: with any other figures django-q2 runs jobs twice.
    """
    return {
        queue: {
            "workers": workers,
            "queue_limit": workers,
            "timeout": timeout,
            "retry": 3 * timeout + 60,
        }
        for queue, (workers, timeout) in queues.items()
    }


def clusters(queues: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """`Q_CLUSTER`: the first queue is the one whose name need not be said."""
    first, *others = queues
    return {
        "name": first,
        "orm": "default",
        "bulk": 1,
        "save_limit": -1,
        "max_attempts": 1,
        "catch_up": False,
        "time_zone": "UTC",
        "cache": "none",  # no such alias: statistics nobody reads would be written twice a second
        **queues[first],
        "ALT_CLUSTERS": {queue: queues[queue] for queue in others},
    }
