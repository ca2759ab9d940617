"""What metadata is asked, in words: `dc:subject=fox`, `schema:price>=10`, `dc:title~Fu@de`.

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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import md5

from inventory.models import ATTRIBUTE_HEAD
from recsys.lib.either_way import Sql
from recsys.lib.errors import InvalidInput
from recsys.lib.jsonld.statements import LANGUAGE_TAG, number_of
from recsys.lib.jsonld.vocabulary import expand_name, prefixes
from recsys.lib.prefix import begins

EXPRESSION = re.compile(r"(<[^<>]+>|[^\s<>=~!]+)(!=|>=|<=|=|~)(.*)", re.DOTALL)
TAGGED = re.compile(f"(.*)@({LANGUAGE_TAG})", re.DOTALL | re.IGNORECASE)
BOUNDS = (">=", "<=")
MAX_EXPRESSIONS = 8


@dataclass(frozen=True)
class MetadataExpression:
    """One condition on an item's statements."""

    predicate: str
    operator: str
    value: str
    language: str = ""
    """Lower-case; a tag stands for its regions, too (`en` finds `en-gb`)."""

    def said(self, vendor: str) -> Sql:
        """What an index tells of the value: all, but of long or tagged ones."""
        if self.operator in BOUNDS:
            return self._bound("said.number")
        if self.operator == "~":
            return self._prefix("said.head", "said.head", vendor)
        return _one_of("said.head", self.heads())

    def passed(self, vendor: str, *, is_end: bool) -> Sql:
        """The same, of statements read in the order of time.

        Either database would rather take the index that narrows most, and sort: SQLite whenever it
        can, PostgreSQL where it sees both ends of a range.
        """
        if self.operator in BOUNDS:
            return self._bound("+said.number" if is_end or vendor == "sqlite" else "said.number")
        head = "+said.head" if vendor == "sqlite" else "said.head"
        return self._prefix(head, "(said.head || '')", vendor)

    def _bound(self, number: str) -> Sql:
        return Sql(f"{number} {self.operator} %s", (number_of(self.value),))

    def _prefix(self, head: str, until: str, vendor: str) -> Sql:
        return Sql(*begins(head, self.value[:ATTRIBUTE_HEAD], vendor, until))

    def unseen(self) -> Iterator[Sql]:
        """What no index tells of it."""
        if self.operator == "~" and self._is_long():
            yield Sql("substr(said.value, 1, %s) = %s", (len(self.value), self.value))
        elif self.operator not in BOUNDS and self._is_long():
            yield _one_of("said.value", sorted(self._values()))
        if self.language:
            region = f"{self.language}-"
            yield Sql(
                "(said.language = %s OR substr(said.language, 1, %s) = %s)",
                (self.language, len(region), region),
            )

    def of_predicate(self) -> Sql:
        return Sql("said.predicate = %s", (self.predicate,))

    def heads(self) -> list[str]:
        """How statements of an equal value begin."""
        return sorted({value[:ATTRIBUTE_HEAD] for value in self._values()})

    def keys(self) -> list[str]:
        """Of an equality, what its statements are called in the table of what items say together:
        see the migration that makes it."""
        if self.operator == "=" or (self.operator == "!=" and self.is_told_by_keys()):
            return [_key(self.predicate, head) for head in self.heads()]
        return []

    def is_told_by_keys(self) -> bool:
        """Whether they tell neither less nor more."""
        return self.operator in ("=", "!=") and not self.language and not self._is_long()

    def _values(self) -> set[str]:
        return {self.value, expand_name(self.value) or self.value}

    def _is_long(self) -> bool:
        return max(map(len, self._values())) >= ATTRIBUTE_HEAD


def parse_expression(text: str) -> MetadataExpression:
    """Read one expression. Raises InvalidInput, naming what is wrong and what would be right."""
    parts = EXPRESSION.fullmatch(text)
    if parts is None or "\0" in text:
        message = f"“{text:.80}” is no expression; write for example dc:subject=fox."
        raise InvalidInput.of("meta", message)
    name, operator, operand = parts.groups()
    predicate = predicate_iri(name)
    value, language = _value_and_language(operand)
    if operator in BOUNDS and number_of(value) is None:
        message = f"{operator} compares numbers, dates and times, not “{value:.80}”."
        raise InvalidInput.of("meta", message)
    return MetadataExpression(predicate, operator, value, language)


def parse_expressions(texts: Sequence[str]) -> list[MetadataExpression]:
    """Read several. Raises InvalidInput for a malformed one, and for too many."""
    if len(texts) > MAX_EXPRESSIONS:
        raise InvalidInput.of("meta", f"At most {MAX_EXPRESSIONS} expressions at once.")
    return [parse_expression(text) for text in texts]


def predicate_iri(name: str, field: str = "meta") -> str:
    """The IRI behind a name in a query's `field`. Raises InvalidInput for an unknown prefix."""
    iri = expand_name(name)
    if iri is None or "\0" in iri:
        raise InvalidInput.of(
            field,
            f"“{name:.80}” is no known name. Write a full IRI, or use one of the prefixes: "
            f"{', '.join(sorted(prefixes()))}.",
        )
    return iri


def _value_and_language(operand: str) -> tuple[str, str]:
    tagged = TAGGED.fullmatch(operand)
    value, language = tagged.groups() if tagged else (operand, "")
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return value[1:-1], language.lower()
    return value, language.lower()


def _one_of(column: str, values: Sequence[str]) -> Sql:
    if len(values) == 1:
        return Sql(f"{column} = %s", tuple(values))
    return Sql(f"{column} IN ({', '.join(['%s'] * len(values))})", tuple(values))


def _key(predicate: str, head: str) -> str:
    return md5(f"{predicate} {head}".encode(), usedforsecurity=False).hexdigest()[:16]
