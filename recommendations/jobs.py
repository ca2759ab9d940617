"""Job entry points: ids in, one service call, its report out (docs/jobs.md has the table)."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.services import prune_tokens
from recommendations import services
from recommendations.cache import Key
from recommendations.data import Family
from recsys.lib.idempotency.services import prune_idempotency_keys
from recsys.lib.jobs.registry import job
from recsys.lib.jobs.services import prune_jobs
from recsys.lib.progress import Progress

FAST, SLOW = "recommendations", "recommendations_slow"
HOUR = timedelta(hours=1)
MINUTE = 60  # seconds


def _once_an_hour_for_all(user_id: int | None = None) -> timedelta:
    """One person's own recompute is small, and wanted soon after the last."""
    return HOUR if user_id is None else timedelta(minutes=1)


def _twice_a_day_for_all(item_id: int | None = None, meta: list[str] | None = None) -> timedelta:
    return timedelta(hours=12) if item_id is None and not meta else timedelta(minutes=5)


@job(
    "refresh_user_interests",
    queue=FAST,
    timeout=15 * MINUTE,
    unique_for=_once_an_hour_for_all,
    then="generate_recommendations",
)
def refresh_user_interests(progress: Progress, *, user_id: int | None = None) -> dict[str, Any]:
    return services.refresh_user_interests(now=timezone.now(), user_id=user_id, progress=progress)


@job(
    "generate_recommendations",
    queue=FAST,
    timeout=15 * MINUTE,
    unique_for=_once_an_hour_for_all,
)
def generate_recommendations(progress: Progress, *, user_id: int | None = None) -> dict[str, Any]:
    """Follows `refresh_user_interests` within the same hour, for the same people."""
    return services.generate_recommendations(
        now=timezone.now(), user_id=user_id, progress=progress
    )


@job("generate_popular_items", queue=FAST, timeout=15 * MINUTE, unique_for=HOUR)
def generate_popular_items(progress: Progress) -> dict[str, Any]:
    return services.generate_popular_items(now=timezone.now(), progress=progress)


@job(
    "compute_item_similarities",
    queue=SLOW,
    timeout=4 * 60 * MINUTE,
    unique_for=_twice_a_day_for_all,
)
def compute_item_similarities(
    progress: Progress, *, item_id: int | None = None, meta: list[str] | None = None
) -> dict[str, Any]:
    return services.compute_item_similarities(
        now=timezone.now(), item_id=item_id, meta=meta or (), progress=progress
    )


@job("train_model", queue=SLOW, timeout=4 * 60 * MINUTE, unique_for=timedelta(hours=12))
def train_model(progress: Progress, *, algorithm: str | None = None) -> dict[str, Any]:
    # Not at the top: web processes know the jobs, but need no compiler.
    from recommendations.services.training import train_model  # noqa: PLC0415

    return train_model(now=timezone.now(), algorithm=algorithm, progress=progress)


@job("refresh_list", queue=FAST, timeout=MINUTE, unique_for=timedelta(minutes=5))
def refresh_one_list(_progress: Progress, *, family: str, list_id: int) -> dict[str, Any]:
    """One cached list that was served stale; `list_id` is 0 for the one popular list."""
    key = Key(Family(family), list_id or None)
    entry = services.refresh_list(key=key, now=timezone.now(), wait=True)
    return {"items": len(entry.ranked)}


@job(
    "evict_stale_cache",
    queue=FAST,
    max_attempts=1,
    timeout=10 * MINUTE,
    unique_for=timedelta(hours=6),
)
def evict_stale_cache(progress: Progress) -> dict[str, Any]:
    return services.evict_stale_cache(now=timezone.now(), progress=progress)


@job("warm_cache", queue=SLOW, timeout=60 * MINUTE, unique_for=timedelta(minutes=5))
def warm_cache(progress: Progress) -> dict[str, Any]:
    return services.warm_cache(now=timezone.now(), progress=progress)


@job("measure_cache", queue=FAST, timeout=10 * MINUTE, unique_for=timedelta(minutes=1))
def measure_cache(_progress: Progress) -> dict[str, Any]:
    """Entries and bytes by family: too long a walk for a page, which shows the last result."""
    return {family.value: each.as_dict() for family, each in services.cache_statistics().items()}


@job("measure_market", queue=FAST, timeout=10 * MINUTE, unique_for=timedelta(minutes=5))
def measure_market(_progress: Progress) -> dict[str, Any]:
    """What the console shows of the marketplace; asked for when somebody looks at old figures."""
    counted = services.measure_market(now=timezone.now())
    return {"live": counted.live, "active": counted.active}


@job("prune", queue=FAST, timeout=15 * MINUTE, unique_for=timedelta(hours=12))
def prune(_progress: Progress) -> dict[str, Any]:
    now = timezone.now()
    return {
        **prune_jobs(now=now),
        "tokens": prune_tokens(now=now),
        "idempotency_keys": prune_idempotency_keys(now=now),
    }
