"""Interactions as files give them: three formats, one row. Pure: text in, rows out.

`csv`: a header, then `user,item` and, if named there, `kind`, `value`, `timestamp`.
`jsonl`: an object of the same names on each line.
`lightgcn`: `user item item …`, whole numbers, a person's items in the order they came.
"""

import csv
import math
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import orjson

from recommendations.data import EventKind
from recsys.lib.lines import BadRow

LONGEST_ID = 128
LONGEST_NUMBER = 18
REQUIRED = ("user", "item")
COLUMNS = (*REQUIRED, "kind", "value", "timestamp")
WATCH, BID = "watch", "bid"
KINDS = frozenset({WATCH, BID, *EventKind.values})


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    LIGHTGCN = "lightgcn"


class Interaction(NamedTuple):
    user: str
    item: str
    kind: str
    value: float | None = None
    at: datetime | None = None


Parser = Callable[[str], Sequence[Interaction]]
"""The interactions of one line; raises BadRow."""


def parser_for(file_format: Format, *, kind: str, now: datetime) -> Parser:
    """A parser of lines; rows that name no kind are of `kind`, none is later than `now`."""
    match file_format:
        case Format.CSV:
            return _CsvParser(kind, now)
        case Format.JSONL:
            return lambda line: _from_json(line, kind, now)
        case Format.LIGHTGCN:
            return lambda line: _from_numbers(line, kind)


class BadHeader(Exception):
    """The first line does not name the columns: nothing after it can be understood."""


class _CsvParser:
    """Takes the first line for the header. A row is a line: ids hold no line breaks."""

    def __init__(self, kind: str, now: datetime) -> None:
        self.kind = kind
        self.now = now
        self.columns: list[str] = []

    def __call__(self, line: str) -> Sequence[Interaction]:
        if not line:
            return ()
        cells = _cells(line)
        if not self.columns:
            self.columns = _checked_header([cell.strip().lower() for cell in cells])
            return ()
        if len(cells) != len(self.columns):
            raise BadRow(f"{len(self.columns)} columns are wanted, {len(cells)} are there")
        row = dict(zip(self.columns, cells, strict=True))
        return (_interaction(row, self.kind, self.now),)


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader((line,), strict=True))
    except csv.Error as error:
        raise BadRow(f"this is not CSV: {error}") from error


def _checked_header(columns: list[str]) -> list[str]:
    if len(set(columns)) < len(columns) or not set(REQUIRED) <= set(columns):
        raise BadHeader(f"the header must name {' and '.join(REQUIRED)}, and no column twice")
    return columns


def _from_json(line: str, kind: str, now: datetime) -> Sequence[Interaction]:
    if not line.strip():
        return ()
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadRow(f"this is not JSON: {error.msg}") from error
    if not isinstance(row, dict):
        raise BadRow("a JSON object is wanted")
    return (_interaction(row, kind, now),)


def _from_numbers(line: str, kind: str) -> Sequence[Interaction]:
    user, *items = line.split() or [""]
    if not user:
        return ()
    person = _number(user)
    return [Interaction(person, _number(item), kind) for item in items]


def _number(token: str) -> str:
    if token.isdecimal() and token.isascii() and len(token) <= LONGEST_NUMBER:
        return token if token[0] != "0" else str(int(token))
    raise BadRow(f"{token:.30} is no id: a whole number from 0 is wanted")


def _interaction(row: dict[str, Any], kind: str, now: datetime) -> Interaction:
    given = row.get("kind") or kind
    if not isinstance(given, str) or given not in KINDS:
        raise BadRow(f"kind {given!r:.30} is none of {', '.join(sorted(KINDS))}")
    at = _moment(row.get("timestamp"), now)
    return Interaction(_id(row, "user"), _id(row, "item"), given, _value(row.get("value")), at)


def _id(row: dict[str, Any], name: str) -> str:
    given = row.get(name)
    if isinstance(given, bool) or not isinstance(given, str | int):
        raise BadRow(f"{name} must be a text or a whole number")
    text = str(given).strip()
    if not text or len(text) > LONGEST_ID or not text.isprintable():
        raise BadRow(f"{name} must be 1 to {LONGEST_ID} printable characters")
    if text[0] == "-" and text[1:].isdecimal():
        raise BadRow(f"{name} is negative")
    return text


def _value(given: Any) -> float | None:
    if given is None or given == "":
        return None
    try:
        value = math.nan if isinstance(given, bool) else float(given)
    except (TypeError, ValueError, OverflowError):
        value = math.nan
    if not math.isfinite(value):
        raise BadRow(f"value {given!r:.30} is no number")
    return value


def _moment(given: Any, now: datetime) -> datetime | None:
    """An ISO date and time (UTC where it names no zone) or seconds since 1970."""
    if given is None or given == "":
        return None
    try:
        moment = _from_epoch(given) if _is_number(given) else datetime.fromisoformat(given)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError, OSError) as error:
        raise BadRow(f"timestamp {given!r:.30} is neither ISO nor seconds") from error
    if moment > now:
        raise BadRow(f"timestamp {given!r:.30} lies in the future")
    return moment


def _is_number(given: Any) -> bool:
    if isinstance(given, str):
        return given.replace(".", "", 1).isdecimal()
    return isinstance(given, int | float) and not isinstance(given, bool)


def _from_epoch(given: Any) -> datetime:
    return datetime.fromtimestamp(float(given), UTC)


def keywords_from_json(text: bytes) -> dict[str, list[str]]:
    """`{"item": [attribute, …], …}` as texts, each once per item, in order.

    Raises BadRow, with the line where the JSON breaks, or the item whose attributes are no list
    of texts and whole numbers.
    """
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRow(f"line {error.lineno}: this is not JSON: {error.msg}") from error
    if not isinstance(given, dict):
        raise BadRow('an object is wanted: {"item": ["attribute", …], …}')
    return dict(_keywords(given))


def _keywords(given: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    for item, attributes in given.items():
        try:
            item_id = _id({"item": item}, "item")
            if not isinstance(attributes, list):
                raise BadRow("its attributes must be a list")
            words = [_id({"attribute": attribute}, "attribute") for attribute in attributes]
        except BadRow as problem:
            raise BadRow(f"item {item!r:.40}: {problem}") from problem
        yield item_id, list(dict.fromkeys(words))
