"""Items by what their metadata says, and what it says of them."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import numpy as np
from django.db import connections
from django.db.models import BigIntegerField, Count, Q, QuerySet
from numpy.typing import NDArray

from inventory.data import METADATA_IDENTITY, Facet
from inventory.models import Item, ItemAttribute
from inventory.queries.expressions import BOUNDS, MetadataExpression, parse_expressions
from inventory.querysets import ItemQuerySet
from recsys.lib.columns import Joined, integers
from recsys.lib.either_way import EVERYTHING, AskedOfEach, FoundEitherWay, Said, Source, Sql
from recsys.lib.prepared import Parameter, Prepared

NEGATIVE = 4
"""The breadth of what no statement may say: nothing to gather it from."""
STATEMENTS = Said(
    "inventory_itemattribute",
    key="item_id",
    time="created_at",
    seen=("head", "number"),
    together="inventory_itemsaid",
)
MAX_FACETS = 100


def items_with_metadata(
    *expressions: str, rows: QuerySet[Item] | None = None, one_by_one: bool = False
) -> ItemQuerySet:
    """Those of `rows` (by default all items) that fulfil every expression; one statement.

    With `one_by_one`, for `rows` of a few named items, each of these is asked.
    Raises InvalidInput.
    """
    found: Any = Item.objects.all() if rows is None else rows
    groups = sorted(_together(parse_expressions(expressions)), key=_breadth)
    if not groups:
        return found
    vendor = connections[found.db].vendor
    sources = [_source(each, vendor) for each in groups]
    condition = AskedOfEach if one_by_one else FoundEitherWay
    return found.filter(condition(STATEMENTS, sources))


def _breadth(wanted: Sequence[MetadataExpression]) -> int:
    """Conditions by how many items such a condition usually leaves, the fewest first."""
    if wanted[0].operator in BOUNDS:
        return 1 if len({each.operator for each in wanted}) == len(BOUNDS) else 3
    return {"=": 0, "~": 2, "!=": NEGATIVE}[wanted[0].operator]


def _source(wanted: Sequence[MetadataExpression], vendor: str) -> Source:
    first = wanted[0]
    seen = Sql.all_of([first.of_predicate(), *(each.said(vendor) for each in wanted)])
    among, passed = _in_order(wanted, vendor)
    return Source(
        whole=Sql.all_of([seen, *(part for each in wanted for part in each.unseen())]),
        seen=seen,
        grows="said.number" if first.operator in BOUNDS else "",
        among=among,
        passed=passed,
        is_negative=first.operator == "!=",
        keys=first.keys(),
        is_told_by_keys=first.is_told_by_keys(),
    )


def _in_order(wanted: Sequence[MetadataExpression], vendor: str) -> tuple[list[Sql], Sql]:
    """Statements in the order of items: of each value by itself, else of the predicate."""
    first = wanted[0]
    if first.operator in ("=", "!="):
        text = "said.predicate = %s AND said.head = %s AND said.ordinal = 0"
        return [Sql(text, (first.predicate, head)) for head in first.heads()], EVERYTHING
    passed = (each.passed(vendor, is_end=n > 0) for n, each in enumerate(wanted))
    return [first.of_predicate()], Sql.all_of(passed)


def _together(expressions: Iterable[MetadataExpression]) -> Iterable[list[MetadataExpression]]:
    """Groups that one statement must fulfil: the two ends of a range; else each by itself."""
    groups: dict[tuple[str, ...], list[MetadataExpression]] = {}
    for each in expressions:
        ends = ("range",) if each.operator in BOUNDS else (each.operator, each.value)
        groups.setdefault((each.predicate, each.language, *ends), []).append(each)
    return groups.values()


def metadata_facets(predicate: str, rows: QuerySet[Item], limit: int = MAX_FACETS) -> list[Facet]:
    """The values of a predicate (an IRI) among `rows`, the most frequent first, then by text."""
    counted: Iterable[Any] = (
        ItemAttribute.objects.filter(predicate=predicate, item__in=rows.order_by().values("pk"))
        .exclude(object_iri__startswith="_:")
        .values_list("value", "language")
        .annotate(items=Count("item", distinct=True))
        .order_by("-items", "value", "language")[:limit]
    )
    return [Facet(*row) for row in counted]


def item_statements(item_id: int, *, limit: int) -> list[tuple[str, str]]:
    """(predicate IRI, value) of what an item's metadata says of it, without nodes inside it."""
    return _said_of(limit).tuples(item=item_id)


@cache
def _said_of(limit: int) -> Prepared:
    of_item = ItemAttribute.objects.filter(item=Parameter("item", BigIntegerField()), subject="")
    said = of_item.exclude(
        Q(value="") | Q(object_iri__startswith="_:") | Q(predicate=METADATA_IDENTITY)
    )
    shown = said.order_by("predicate", "id").values_list("predicate", "value")[:limit]
    return Prepared(lambda: shown)


def items_saying_the_same(
    item_ids: Iterable[int] | None = None,
) -> Iterator[tuple[str, str, NDArray[np.int64]]]:
    """(predicate, beginning of the value, item ids) of every statement that items make.

    Of all items only what two or more of them say, or of `item_ids` whatever they say. One row
    for each thing said, however many say it.
    """
    said = ItemAttribute.objects.exclude(predicate=METADATA_IDENTITY)
    if item_ids is not None:
        said = said.filter(item__pk__any_of=item_ids)
    shared = said.order_by().values("predicate", "head").annotate(items=Joined("item_id"))
    if item_ids is None:
        shared = shared.annotate(count=Count("pk")).filter(count__gt=1)
    for predicate, head, items in shared.values_list("predicate", "head", "items").iterator():
        yield predicate, head, integers(items)
