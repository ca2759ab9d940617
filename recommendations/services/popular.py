"""What everybody looks at."""

from datetime import datetime
from typing import Any

from recommendations.queries import popular_items
from recsys.lib.commands import Progress, no_progress

__all__ = ["generate_popular_items"]


def generate_popular_items(*, now: datetime, progress: Progress = no_progress) -> dict[str, Any]:
    """The ids of the most popular live items at `now`, best first.

    Report: popular (how many), items (their ids), failed (always 0: it is one statement).
    """
    items = list(popular_items(now).values_list("pk", flat=True))
    progress(len(items), len(items))
    return {"popular": len(items), "items": items, "failed": 0}
