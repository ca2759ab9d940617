"""The operator's first page: is it healthy, what is kept, what ran, how good is the model."""

import json
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone

from recommendations import dashboard
from recommendations.models import TrainedModel
from recommendations.services import kept_market
from recommendations.services.market import Day


def draw() -> str:
    """The figures as HTML: the same for everybody who may see them."""
    now = timezone.now()
    families, queues = dashboard.families(now), dashboard.queues()
    market = kept_market(now)
    today = market.days[-1]
    context = {
        "now": now,
        "market": market,
        "tiles": [
            ("Live items", f"{market.live:,}"),
            (f"People active in {settings.RECSYS_ACTIVE_DAYS} days", f"{market.active:,}"),
            ("Bids today", f"{today.bids:,}"),
            ("Watches today", f"{today.watches:,}"),
        ],
        "charts": [
            ("Bids per day", _chart("Bids", market.days, "bids")),
            ("Watches per day", _chart("Watches", market.days, "watches")),
        ],
        "families": families,
        "queues": queues,
        "runs": dashboard.runs(),
        "model": _model(dashboard.models()),
        "attention": list(dashboard.attention(families, queues, now)),
    }
    return render_to_string("console/dashboard.html", context)


def _chart(label: str, days: list[Day], field: str) -> str:
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
            {"name": name.replace("_", " "), "value": value, "before": earlier.get(name)}
            for name, value in current.figures.items()
        ],
    }
