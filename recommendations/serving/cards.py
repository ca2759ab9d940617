"""Items as answers show them: read fresh and filtered live, in one statement.

Every statement here is a queryset compiled once (`Prepared`): what is live, and what a person no
longer wants, is said by the same words as everywhere else.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import BigIntegerField, DateTimeField, Exists, OuterRef, Q, QuerySet

from bidding.queries import bids_of, orders_of
from inventory.queries import list_published_items, live_items, watches_of_person
from recommendations.models import Event
from recsys.lib.prepared import Parameter, Prepared

NOW: Any = Parameter("now", DateTimeField())
USER = Parameter("user", BigIntegerField())
IDS = Parameter("ids")
SOURCE = Parameter("source", BigIntegerField())

CARD = [
    "id", "kind", "title", "slug", "condition", "current_price", "buy_now_price", "bid_count",
    "watcher_count", "start_at", "end_at", "auction_status", "created_at",
    "category_id", "category__name", "category__slug", "seller_id", "seller__username",
]  # fmt: skip

NEWEST_AT_ONCE = 100
THE_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
LARGEST_ID = 2**63 - 1

Row = dict[str, Any]


def wanted_by(user: Any, items: QuerySet[Any]) -> QuerySet[Any]:
    """`items` without the person's own, and without what they bid on, watch, bought or hid."""
    this = OuterRef("pk")
    return items.exclude(seller=user).exclude(
        Exists(bids_of(user).filter(item=this))
        | Exists(watches_of_person(user).filter(item=this))
        | Exists(orders_of(user).filter(item=this))
        | Exists(Event.objects.filter(user=user, kind=Event.Kind.HIDE, item=this))
    )


def _among(items: QuerySet[Any]) -> QuerySet[Any]:
    return items.filter(pk__any_of=IDS)


def _older_than_the_last(items: Any) -> QuerySet[Any]:
    time, last = Parameter("time", DateTimeField()), Parameter("last", BigIntegerField())
    older = Q(created_at__lt=time) | Q(created_at=time, pk__lt=last)
    return items.filter(older).newest_first()[:NEWEST_AT_ONCE].values("id", "created_at")


class Audience:
    """For whom a list is made: which of the live items they may be shown."""

    def __init__(self, narrow: Callable[[QuerySet[Any]], QuerySet[Any]]) -> None:
        def shown() -> QuerySet[Any]:
            return narrow(live_items(NOW))

        def shown_or_source() -> QuerySet[Any]:
            source = list_published_items().order_by().filter(pk=SOURCE)
            return shown() | source

        self._cards = Prepared(lambda: _among(shown()).values(*CARD))
        self._ids = Prepared(lambda: _among(shown()).values("id"))
        self._cards_beside = Prepared(lambda: _among(shown_or_source()).values(*CARD))
        self._newest = Prepared(lambda: _older_than_the_last(shown()))

    def rows(
        self,
        ids: Sequence[int],
        *,
        now: datetime,
        user: int | None,
        source: int | None,
        cards: bool,
    ) -> dict[int, Row]:
        """Of `ids`, those that may be shown, by id: with all a card shows, or the id alone.

        `source`, if it is one of them, is found as soon as it is published, live or not.
        """
        statement = self._cards if cards else self._ids
        if source is not None:
            statement = self._cards_beside
        given = {"now": now, "user": user, "source": source, "ids": ids}
        return {row["id"]: row for row in statement.rows(**given)}

    def newest(self, *, now: datetime, user: int | None) -> Iterator[int]:
        """Everything that may be shown, the newest first; read a hundred at a time, as needed."""
        time, last = THE_END_OF_TIME, LARGEST_ID
        while True:
            page = self._newest.rows(now=now, user=user, time=time, last=last)
            yield from (row["id"] for row in page)
            if len(page) < NEWEST_AT_ONCE:
                return
            time, last = page[-1]["created_at"], page[-1]["id"]


ANYBODY = Audience(lambda items: items)
ONE_PERSON = Audience(lambda items: wanted_by(USER, items))


def card(row: Row) -> Row:
    """A row as clients see it, its category and seller as objects of their own."""
    shown = {name: row[name] for name in CARD[:13]}
    shown["category"] = row["category_id"] and {
        "id": row["category_id"],
        "name": row["category__name"],
        "slug": row["category__slug"],
    }
    shown["seller"] = {"id": row["seller_id"], "username": row["seller__username"]}
    return shown
