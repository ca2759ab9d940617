"""Items by what their metadata says: `dc:subject=fox`, `schema:price>=10`, `dc:title~Fu@de`.

An expression is a predicate (a known prefix and a name, a full IRI, or one in angle brackets), an
operator, and a value, which may be quoted and may carry a language tag:

    =   a statement says this value (text, or an IRI by its full or short name)
    !=  no statement does
    >= <=  a number, date or time from there on, or up to there; one of each for a predicate is a
           range, and a single value must lie in it
    ~   a value begins with this

It asks any statement of the document, those of nodes inside it, too.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from django.db import connections
from django.db.models import BigIntegerField, Count, OuterRef, Q, QuerySet
from numpy.typing import NDArray

import recsys.lib.prefix  # noqa: F401 (declares the lookup `begins`)
from inventory.data import METADATA_IDENTITY, Facet
from inventory.models import ATTRIBUTE_HEAD, Item, ItemAttribute
from inventory.querysets import ItemQuerySet
from recsys.lib.columns import Joined, integers
from recsys.lib.either_way import FoundEitherWay
from recsys.lib.errors import InvalidInput
from recsys.lib.jsonld.statements import number_of
from recsys.lib.jsonld.vocabulary import expand_name, prefixes
from recsys.lib.planned import PlannedExists
from recsys.lib.prepared import Parameter, Prepared

EXPRESSION = re.compile(r"(<[^<>]+>|[^\s<>=~!]+)(!=|>=|<=|=|~)(.*)", re.DOTALL)
TAGGED = re.compile(r"(.*)@([a-z]{1,8}(?:-[a-z0-9]{1,8})*)", re.DOTALL | re.IGNORECASE)
BOUNDS = (">=", "<=")
NEGATIVE = 4
"""The breadth of what no statement may say: nothing to gather it from."""
MAX_EXPRESSIONS = 8
MAX_FACETS = 100


@dataclass(frozen=True)
class MetadataExpression:
    """One condition on an item's statements."""

    predicate: str
    operator: str
    value: str
    language: str = ""
    """Lower-case; a tag stands for its regions, too (`en` finds `en-gb`)."""

    def condition(self) -> Q:
        """On an ItemAttribute; for `!=`, what no statement may fulfil."""
        return self.beginning() & self._whole_value() & self._in_language()

    def beginning(self) -> Q:
        """What an index tells of the condition: all of it, but for long or tagged values."""
        match self.operator:
            case ">=" | "<=":
                bound = "number__gte" if self.operator == ">=" else "number__lte"
                said = Q(**{bound: number_of(self.value)})
            case "~":
                said = Q(head__begins=self.value[:ATTRIBUTE_HEAD])
            case _:
                said = Q(head__in=sorted({value[:ATTRIBUTE_HEAD] for value in self._values()}))
        return Q(predicate=self.predicate) & said

    @property
    def is_told_by_first(self) -> bool:
        """Whether the first of an item's statements that begin with the value decides."""
        return self.operator == "=" and not self.language and not self._is_long()

    def _values(self) -> set[str]:
        return {self.value, expand_name(self.value) or self.value}

    def _is_long(self) -> bool:
        return max(map(len, self._values())) >= ATTRIBUTE_HEAD

    def _whole_value(self) -> Q:
        if self.operator in BOUNDS or not self._is_long():
            return Q()
        if self.operator == "~":
            return Q(value__startswith=self.value)
        return Q(value__in=sorted(self._values()))

    def _in_language(self) -> Q:
        if not self.language:
            return Q()
        return Q(language=self.language) | Q(language__startswith=f"{self.language}-")


def parse_expression(text: str) -> MetadataExpression:
    """Read one expression. Raises InvalidInput, naming what is wrong and what would be right."""
    parts = EXPRESSION.fullmatch(text)
    if parts is None or "\0" in text:
        raise _refusal(f"“{text:.80}” is no expression; write for example dc:subject=fox.")
    name, operator, operand = parts.groups()
    predicate = predicate_iri(name)
    value, language = _value_and_language(operand)
    if operator in BOUNDS and number_of(value) is None:
        raise _refusal(f"{operator} compares numbers, dates and times, not “{value:.80}”.")
    return MetadataExpression(predicate, operator, value, language)


def predicate_iri(name: str) -> str:
    """The IRI behind a name in a query. Raises InvalidInput for an unknown prefix."""
    iri = expand_name(name)
    if iri is None or "\0" in iri:
        raise _refusal(
            f"“{name:.80}” is no known name. Write a full IRI, or use one of the prefixes: "
            f"{', '.join(sorted(prefixes()))}."
        )
    return iri


def items_with_metadata(*expressions: str, rows: QuerySet[Item] | None = None) -> ItemQuerySet:
    """Those of `rows` (by default all items) that fulfil every expression; one statement.

    Raises InvalidInput.
    """
    if len(expressions) > MAX_EXPRESSIONS:
        raise _refusal(f"At most {MAX_EXPRESSIONS} expressions at once.")
    found: Any = Item.objects.all() if rows is None else rows
    groups = sorted(_together(map(parse_expression, expressions)), key=_breadth)
    if not groups:
        return found
    if connections[found.db].vendor == "postgresql" and groups[0][0].is_told_by_first:
        # Read by an index in the order of the list's pages, whether few say it or many.
        return found.filter(_says_first(groups[0]), *_all_hold(groups[1:], "pk"))
    return found.filter(_found_either_way(groups))


def _breadth(wanted: Sequence[MetadataExpression]) -> int:
    """Conditions by how many items such a condition usually leaves, the fewest first."""
    if wanted[0].operator in BOUNDS:
        return 1 if len({each.operator for each in wanted}) == len(BOUNDS) else 3
    return {"=": 0, "~": 2, "!=": NEGATIVE}[wanted[0].operator]


def _found_either_way(groups: Sequence[Sequence[MetadataExpression]]) -> FoundEitherWay:
    """All of `groups` at once, from the first of them that few statements fulfil."""
    sources = [
        (
            ItemAttribute.objects.filter(*(each.beginning() for each in wanted)),
            _statements(wanted).filter(*_all_hold(groups, "item", but=wanted)).values("item"),
        )
        for wanted in groups
        if _breadth(wanted) < NEGATIVE
    ]
    return FoundEitherWay(Q(*_all_hold(groups, "pk")), sources)


def _all_hold(
    groups: Sequence[Sequence[MetadataExpression]], item: str, but: object = None
) -> list[Any]:
    return [_holds(wanted, item) for wanted in groups if wanted is not but]


def _holds(wanted: Sequence[MetadataExpression], item: str) -> Any:
    """The condition on a row whose column `item` names an item."""
    said = PlannedExists(_statements(wanted).filter(item=OuterRef(item)))
    return ~said if wanted[0].operator == "!=" else said


def _says_first(wanted: Sequence[MetadataExpression]) -> PlannedExists:
    """One row at most, told from the statements alone."""
    of_item = {"item": OuterRef("pk"), "created_at": OuterRef("created_at"), "ordinal": 0}
    return PlannedExists(_statements(wanted).filter(**of_item))


def _statements(wanted: Sequence[MetadataExpression]) -> QuerySet[ItemAttribute]:
    return ItemAttribute.objects.filter(*(each.condition() for each in wanted))


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


def _value_and_language(operand: str) -> tuple[str, str]:
    tagged = TAGGED.fullmatch(operand)
    value, language = tagged.groups() if tagged else (operand, "")
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return value[1:-1], language.lower()
    return value, language.lower()


def _refusal(message: str) -> InvalidInput:
    return InvalidInput(message, fields={"meta": [message]})


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
