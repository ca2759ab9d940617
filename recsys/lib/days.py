"""Counting by day."""

from datetime import UTC, date
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate


def by_day(rows: QuerySet[Any], field: str) -> dict[date, int]:
    """How many of `rows` there are on each UTC day of `field`; days without any are left out."""
    days = rows.order_by().values_list(TruncDate(field, tzinfo=UTC))
    return dict(days.annotate(Count("pk")))
