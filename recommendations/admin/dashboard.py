"""The operator's first page: is it healthy, what is kept, what ran, how good is the model."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone

from accounts.queries import is_manager
from recommendations import dashboard
from recommendations.models import TrainedModel

KEPT_SECONDS = 300
"""For figures that take reading many rows; the rest of the page is of this moment."""


def show(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """unfold's DASHBOARD_CALLBACK: the figures, for managers; others see their pages' list."""
    if not is_manager(request.user):
        return context
    now = timezone.now()
    families, queues = dashboard.families(now), dashboard.queues()
    market = _kept("console:market", partial(dashboard.market, now))
    days = _kept("console:days", partial(dashboard.days, now))
    return {
        **context,
        "title": "Overview",
        "market": market,
        "tiles": [
            ("Live items", f"{market['live']:,}"),
            (f"People active in {settings.RECSYS_ACTIVE_DAYS} days", f"{market['active']:,}"),
            ("Bids today", f"{days[-1].bids:,}"),
            ("Watches today", f"{days[-1].watches:,}"),
        ],
        "charts": [
            ("Bids per day", _chart("Bids", days, "bids")),
            ("Watches per day", _chart("Watches", days, "watches")),
        ],
        "families": families,
        "queues": queues,
        "runs": dashboard.runs(),
        "model": _model(dashboard.models()),
        "attention": list(dashboard.attention(families, queues, now)),
    }


def _kept(key: str, make: Callable[[], Any]) -> Any:
    return cache.get_or_set(key, make, KEPT_SECONDS)


def _chart(label: str, days: list[dashboard.Day], field: str) -> str:
    """What unfold's chart component hands to Chart.js."""
    figures = [getattr(day, field) for day in days]
    colored = {"label": label, "data": figures, "backgroundColor": "var(--color-primary-500)"}
    return json.dumps(
        {
            "labels": [f"{day.date:%-d %b}" for day in days],
            "datasets": [{**colored, "displayYAxis": True, "maxTicksXLimit": 7}],
        }
    )


def _model(models: list[TrainedModel]) -> dict[str, Any] | None:
    """The model in use, and each of its metrics beside that of the one before."""
    if not models:
        return None
    current, *before = models
    earlier = before[0].metrics if before else {}
    return {
        "current": current,
        "before": before[0] if before else None,
        "metrics": [
            {"name": name, "value": value, "before": earlier.get(name)}
            for name, value in current.figures.items()
        ],
    }
