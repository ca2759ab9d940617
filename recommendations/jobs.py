"""What workers are asked to do: ids in, one service call."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from recommendations.cache import Key
from recommendations.data import Family
from recommendations.services import evict_stale_cache, refresh_list
from recsys.lib.commands import Progress
from recsys.lib.jobs.registry import job

QUICK = "recommendations"


@job("refresh_list", queue=QUICK, timeout=60, unique_for=timedelta(minutes=5))
def refresh_one_list(_progress: Progress, *, family: str, list_id: int) -> dict[str, Any]:
    """One cached list that was served stale; `list_id` is 0 for the one popular list."""
    key = Key(Family(family), list_id or None)
    entry = refresh_list(key=key, now=timezone.now())
    return {"items": len(entry.ranked)}


@job("evict_stale_cache", queue=QUICK, max_attempts=1, timeout=600, unique_for=timedelta(hours=6))
def evict(progress: Progress) -> dict[str, Any]:
    return evict_stale_cache(now=timezone.now(), progress=progress)
