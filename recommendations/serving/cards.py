"""Items as answers show them: read fresh and filtered live, in one statement.

Every statement here is a queryset compiled once (`Prepared`): what is live, and what a person no
longer wants, is said by the same words as everywhere else.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC, datetime
from enum import Enum
from functools import cache
from typing import Any

from django.db.models import BigIntegerField, DateTimeField, Exists, OuterRef, Q, QuerySet

from accounts.queries import blocked_by
from bidding.queries import bids_of, orders_of
from inventory.queries import ending_first, list_published_items, live_items, watches_of_person
from recommendations.models import Event
from recsys.lib.json_text import JsonObject
from recsys.lib.listed import in_turn
from recsys.lib.prepared import Parameter, Prepared

NOW: Any = Parameter("now", DateTimeField())
USER = Parameter("user", BigIntegerField())
IDS = Parameter("ids")
SOURCE = Parameter("source", BigIntegerField())

PLAIN = [
    "id", "kind", "title", "slug", "condition", "current_price", "buy_now_price", "bid_count",
    "watcher_count", "start_at", "end_at", "auction_status", "created_at",
]  # fmt: skip
CARD = [
    *PLAIN, "category_id", "category__name", "category__slug", "seller_id", "seller__username",
]  # fmt: skip
LINKED = ["starting_price"]
"""What only JSON-LD says of an item besides."""
CARD_TEXT = JsonObject(
    **{name: name for name in PLAIN},
    category=JsonObject(id="category_id", name="category__name", slug="category__slug"),
    seller=JsonObject(id="seller_id", username="seller__username"),
)
"""As `to_json(card(row))` without what only JSON-LD says, written by the database."""

TENS = 10
"""Statements differ in how many rows they give: ten of them do for all limits to a hundred."""
NEWEST_AT_ONCE = 100
THE_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
LARGEST_ID = 2**63 - 1

Row = dict[str, Any]


class Shape(Enum):
    """In what form the items of an answer are wanted."""

    IDS = "ids"
    """Their numbers."""
    ROWS = "rows"
    """All a card shows and more, as Python's values: what JSON-LD is made of."""
    TEXT = "text"
    """Cards as JSON, written by the database: a third of the time, where they go out as such."""

    def select(self, items: QuerySet[Any]) -> QuerySet[Any, Any]:
        match self:
            case Shape.IDS:
                return items.values_list("id")
            case Shape.ROWS:
                return items.values_list(*CARD, *LINKED)
        return items.values_list("id", CARD_TEXT)

    def read(self, values: Sequence[Any]) -> Any:
        match self:
            case Shape.IDS:
                return values[0]
            case Shape.ROWS:
                return dict(zip((*CARD, *LINKED), values, strict=True))
        return values[1]


def wanted_by(user: Any, items: QuerySet[Any]) -> QuerySet[Any]:
    """`items` without the person's own, and without what they bid on, watch, bought or hid, and
    what somebody sells whom they blocked."""
    this = OuterRef("pk")
    return items.exclude(seller=user).exclude(
        Exists(bids_of(user).filter(item=this))
        | Exists(watches_of_person(user).filter(item=this))
        | Exists(orders_of(user).filter(item=this))
        | Exists(Event.objects.filter(user=user, kind=Event.Kind.HIDE, item=this))
        | Exists(blocked_by(user).filter(blocked=OuterRef("seller")))
    )


def _ending_apart_from_others(items: QuerySet[Any]) -> QuerySet[Any]:
    return ending_first(items, NOW).exclude(pk__any_of=Parameter("without"))


def _older_than_the_last(items: Any) -> QuerySet[Any]:
    time, last = Parameter("time", DateTimeField()), Parameter("last", BigIntegerField())
    older = Q(created_at__lt=time) | Q(created_at=time, pk__lt=last)
    return items.filter(older).newest_first()[:NEWEST_AT_ONCE].values("id", "created_at")


Narrow = Callable[[QuerySet[Any]], QuerySet[Any]]


@cache
def _found(narrow: Narrow, shape: Shape, most: int, *, beside: bool) -> Prepared:
    def shown() -> QuerySet[Any]:
        items = narrow(live_items(NOW)).order_by()
        if beside:
            items |= list_published_items().order_by().filter(pk=SOURCE)
        return in_turn(items, IDS, most=most + beside)

    return Prepared(lambda: shape.select(shown()))


class Audience:
    """For whom a list is made: which of the live items they may be shown."""

    def __init__(self, narrow: Narrow) -> None:
        def shown() -> QuerySet[Any]:
            return narrow(live_items(NOW))

        self._narrow = narrow
        self._ending = cache(
            lambda limit, shape: Prepared(
                lambda: shape.select(_ending_apart_from_others(shown())[:limit])
            )
        )
        self._newest = Prepared(lambda: _older_than_the_last(shown()))

    def found(self, shape: Shape, most: int, *, beside: bool) -> Prepared:
        """Finds, of `ids`, at least the first `most` that may be shown, in the wanted shape.

        `beside`: the `source` among them is found as soon as it is published, live or not.
        """
        return _found(self._narrow, shape, -(-most // TENS) * TENS, beside=beside)

    def ending(
        self,
        limit: int,
        *,
        now: datetime,
        user: int | None,
        without: Collection[int],
        shape: Shape,
    ) -> dict[int, Any]:
        """The lots that end next and may be shown, apart from `without`, in that order, by id."""
        rows = self._ending(limit, shape).tuples(now=now, user=user, without=without)
        return {row[0]: shape.read(row) for row in rows}

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
    shown = {name: row[name] for name in (*PLAIN, *LINKED)}
    shown["category"] = row["category_id"] and {
        "id": row["category_id"],
        "name": row["category__name"],
        "slug": row["category__slug"],
    }
    shown["seller"] = {"id": row["seller_id"], "username": row["seller__username"]}
    return shown
