"""What everybody looks at."""

from datetime import datetime
from typing import Any

from recommendations.cache import Key
from recommendations.data import Family
from recommendations.services.lists import refresh_list
from recsys.lib.commands import Progress, no_progress

__all__ = ["generate_popular_items"]


def generate_popular_items(*, now: datetime, progress: Progress = no_progress) -> dict[str, Any]:
    """Keep the list of the most popular live items at `now`, best first.

    Report: popular (how many), items (their ids), failed (always 0: it is one statement).
    """
    entry = refresh_list(key=Key(Family.POPULAR), now=now)
    items = [place.item_id for place in entry.ranked]
    progress(len(items), len(items))
    return {"popular": len(items), "items": items, "failed": 0}
