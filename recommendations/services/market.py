"""The marketplace in figures, for the console: what reads many rows, and so is kept."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django.core.cache import cache

from accounts.queries import list_active_users
from bidding.queries import bids_per_day
from inventory.queries import live_items, watches_per_day
from recommendations.weights import active_window
from recsys.lib.caches import going_on_without_it
from recsys.lib.jobs.services import enqueue

__all__ = ["Day", "Market", "kept_market", "measure_market"]

KEY = "console:market"
DAYS = 14
FRESH_FOR = timedelta(minutes=5)
SHOWN_FOR = timedelta(hours=1)
"""Older figures no worker has refreshed: whoever asks then waits for new ones."""


class Day(NamedTuple):
    """A day (UTC): bids placed, and watches begun that still stand."""

    date: date
    bids: int
    watches: int


class Market(NamedTuple):
    """Live items, people worth a recompute, and the last two weeks, today last; as of `at`."""

    at: datetime
    live: int
    active: int
    days: list[Day]


def kept_market(now: datetime) -> Market:
    """The figures as last measured; those older than five minutes are refreshed by a job.

    Nobody waits for them, but for the first to ask, and where no worker runs.
    """
    kept: Market | None = None
    with going_on_without_it():
        kept = cache.get(KEY)
    if kept is None or now - kept.at > SHOWN_FOR:
        return measure_market(now=now)
    if now - kept.at > FRESH_FOR:
        enqueue("measure_market")
    return kept


def measure_market(*, now: datetime) -> Market:
    """Count, and keep what was counted. Four statements, two of which read two weeks' rows."""
    people = list_active_users(since=now - active_window())
    counted = Market(now, live_items(now).count(), people.order_by().count(), _days(now))
    with going_on_without_it():
        cache.set(KEY, counted, SHOWN_FOR.total_seconds())
    return counted


def _days(now: datetime) -> list[Day]:
    first = now.astimezone(UTC) - timedelta(days=DAYS - 1)
    first = first.replace(hour=0, minute=0, second=0, microsecond=0)
    bids, watches = bids_per_day(first), watches_per_day(first)
    dates = [first.date() + timedelta(days=n) for n in range(DAYS)]
    return [Day(day, bids.get(day, 0), watches.get(day, 0)) for day in dates]
