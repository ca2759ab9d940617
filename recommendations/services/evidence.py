"""What people did and what is said of items, out of the database in columns."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

import numpy as np
from django.conf import settings
from django.db.models import BigIntegerField, Case, IntegerField, QuerySet, Value, When
from django.db.models.expressions import Combinable
from numpy.typing import NDArray

from bidding.queries import all_bids, all_orders
from inventory.queries import (
    all_bag_entries,
    all_items,
    all_watches,
    item_ends,
    items_saying_the_same,
)
from recommendations.data import DEEDS, EventKind
from recommendations.engine.attributes import (
    Statements,
    all_statements,
    key_of,
    statements,
    words_of,
)
from recommendations.engine.deeds import Deeds, together
from recommendations.engine.interactions import Ids, Interactions
from recommendations.models import Event
from recommendations.weights import attribute_weights, evidence_by_kind
from recsys.lib.bulk import keyset_batches
from recsys.lib.columns import Seconds, read_columns
from recsys.lib.prepared import Parameter, Prepared

__all__ = [
    "Marketplace",
    "Saying",
    "read_deeds",
    "read_marketplace",
    "read_sayings",
    "read_statements",
]

TITLES_AT_ONCE = 5_000


@dataclass(frozen=True, eq=False)
class Marketplace:
    """What there is to learn from; `open_until` (I,) is when each item can be shown no more."""

    data: Interactions
    open_until: NDArray[np.float64]


def read_marketplace(now: datetime) -> Marketplace:
    """Everything people did, weighed as of `now`, with what is said of every item."""
    items, ends = item_ends(now)
    deeds = read_deeds()
    data = deeds.interactions(evidence_by_kind(), now.timestamp(), items)
    data = read_statements().said_of(data.latest(settings.RECSYS_LONGEST_HISTORY))
    order = np.searchsorted(items, data.items).clip(max=max(items.size - 1, 0))
    return Marketplace(data, ends[order].astype(np.float64))


@dataclass(frozen=True)
class Register:
    """Where one sort of deed is written down, and under which names."""

    rows: QuerySet[Any]
    person: str
    at: str
    kind: Combinable

    def of_one(self, person: Any) -> QuerySet[Any]:
        """(person, item, kind, seconds) of one person's deeds; their id, or an expression."""
        rows = self.rows.order_by().filter(**{self.person: person})
        said = {"said_kind": self.kind, "said_at": Seconds(self.at)}
        return rows.annotate(**said).values(f"{self.person}_id", "item_id", *said)

    def read(self, since: datetime | None, people: Collection[int] | None) -> Deeds:
        rows = self.rows.order_by()
        if since is not None:
            rows = rows.filter(**{f"{self.at}__gte": since})
        if people is not None:
            rows = rows.filter(**{f"{self.person}__pk__any_of": people})
        who, items, kinds, seconds = read_columns(
            rows, f"{self.person}_id", "item_id", self.kind, Seconds(self.at)
        )
        return Deeds(who, items, kinds, seconds)


def registers() -> list[Register]:
    of_event = Case(
        *(When(kind=kind, then=Value(DEEDS.index(kind))) for kind in EventKind.values),
        output_field=IntegerField(),
    )
    return [
        Register(all_bids(), "bidder", "created_at", _always("bid")),
        Register(all_watches(), "user", "created_at", _always("watch")),
        Register(all_bag_entries(), "bag__owner", "added_at", _always("bag")),
        Register(all_orders(), "buyer", "created_at", _always("win")),
        Register(Event.objects.all(), "user", "occurred_at", of_event),
    ]


def read_deeds(*, since: datetime | None = None, people: Collection[int] | None = None) -> Deeds:
    """All that was ever done, or since a time, or by these people; kinds are places in DEEDS."""
    if people is not None and since is None and len(people) == 1:
        return _deeds_of_one(next(iter(people)))
    return together([register.read(since, people) for register in registers()])


@cache
def _of_one() -> list[Prepared]:
    """Compiled once per process: a list made at a request asks for one person's deeds."""
    person = Parameter("person", BigIntegerField())
    return [Prepared(partial(register.of_one, person)) for register in registers()]


def _deeds_of_one(person: int) -> Deeds:
    rows = [row for statement in _of_one() for row in statement.tuples(person=person)]
    return Deeds(*np.array(rows, np.int64).reshape(-1, 4).T)


def read_statements(item_ids: Sequence[int] | None = None) -> Statements:
    """Category, shared metadata statements and title words of all items, or of these."""
    weights = attribute_weights()
    return all_statements(
        [
            _categories(item_ids, weights.category),
            statements(
                (
                    (_of_statement(said, value), ids)
                    for said, value, ids in items_saying_the_same(item_ids)
                ),
                weights.statement,
            ),
            _words(item_ids, weights.word),
        ]
    ).without_the_common(weights.most_items)


@dataclass(frozen=True, slots=True)
class Saying:
    """One attribute of an item, in words: `said` is `category`, `word` or a predicate's IRI."""

    said: str
    value: str
    name: str
    weight: float


def read_sayings(item_id: int) -> list[Saying]:
    """What `read_statements` reads of one item, before words become keys."""
    weights = attribute_weights()
    ((category, called, title),) = _items([item_id]).values_list(
        "category_id", "category__name", "title"
    )
    return [
        *([Saying("category", called, _of_category(category), weights.category)] * bool(category)),
        *(
            Saying(said, value, _of_statement(said, value), weights.statement)
            for said, value, _ in items_saying_the_same([item_id])
        ),
        *(Saying("word", word, _of_word(word), weights.word) for word in sorted(words_of(title))),
    ]


def _of_category(pk: int) -> str:
    return f"category={pk}"


def _of_statement(said: str, value: str) -> str:
    return f"{said}={value}"


def _of_word(word: str) -> str:
    return f"word={word}"


def _always(kind: str) -> Combinable:
    return Value(DEEDS.index(kind), output_field=IntegerField())


def _items(item_ids: Sequence[int] | None) -> QuerySet[Any]:
    items = all_items().order_by()
    return items if item_ids is None else items.filter(pk__any_of=item_ids)


def _categories(item_ids: Sequence[int] | None, weight: float) -> Statements:
    items, categories = read_columns(_items(item_ids), "pk", "category_id")
    known, places = np.unique(categories, return_inverse=True)
    keys = np.array([key_of(_of_category(pk)) for pk in known.tolist()], np.int64)
    return Statements(keys[places], items, np.full(items.size, weight))


def _words(item_ids: Sequence[int] | None, weight: float) -> Statements:
    pages = keyset_batches(_items(item_ids).values_list("pk", "title"), TITLES_AT_ONCE)
    parts = [_page_of_words(page) for page in pages]
    none = np.empty(0, np.int64)
    keys = np.concatenate([none, *(keys for keys, _ in parts)])
    items = np.concatenate([none, *(items for _, items in parts)])
    return Statements(keys, items, np.full(keys.size, weight))


def _page_of_words(titles: Iterable[tuple[Any, ...]]) -> tuple[Ids, Ids]:
    words = [(pk, words_of(title)) for pk, title in titles]
    keys = [key_of(_of_word(word)) for _, each in words for word in sorted(each)]
    items = np.repeat([pk for pk, _ in words], [len(each) for _, each in words])
    return np.array(keys, np.int64), items.astype(np.int64)
