"""Interactions as files give them: four formats, one row. Pure: text in, rows out.

`csv`: a header, then `user,item` and, if named there, `kind`, `value`, `timestamp`.
`jsonl`: an object of the same names on each line.
`lightgcn`: `user item item …`, whole numbers, a person's items in the order they came.
`gorse`: the `feedback.jsonl` that Gorse's dashboard exports.
"""

import csv
import math
from collections.abc import Callable, Mapping, Sequence
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
    GORSE = "gorse"


GORSE_NAMES = {
    "user": "UserId",
    "item": "ItemId",
    "kind": "FeedbackType",
    "value": "Value",
    "timestamp": "Timestamp",
}
"""Of its `data.Feedback` (storage/data/database.go of Gorse 0.5), by our names."""
GO_ZERO_TIME = "0001-01-01T00:00:00Z"
"""What Go writes where a time was never set."""


class Interaction(NamedTuple):
    user: str
    item: str
    kind: str
    value: float | None = None
    at: datetime | None = None


Parser = Callable[[str], Sequence[Interaction]]
"""The interactions of one line; raises BadRow."""


def parser_for(
    file_format: Format, *, kind: str, now: datetime, kinds: Mapping[str, str] | None = None
) -> Parser:
    """A parser of lines; rows that name no kind are of `kind`, none is later than `now`.

    `kinds` says what a file's own names of kinds are here.
    """
    rows = _Rows(kind, now, kinds or {})
    match file_format:
        case Format.CSV:
            return _CsvParser(rows)
        case Format.JSONL:
            return lambda line: _from_json(line, rows)
        case Format.GORSE:
            return lambda line: _from_gorse(line, rows)
        case Format.LIGHTGCN:
            return lambda line: _from_numbers(line, kind)


class BadHeader(Exception):
    """The first line does not name the columns: nothing after it can be understood."""


class _CsvParser:
    """Takes the first line for the header. A row is a line: ids hold no line breaks."""

    def __init__(self, rows: "_Rows") -> None:
        self.rows = rows
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
        return (self.rows.interaction(row),)


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader((line,), strict=True))
    except csv.Error as error:
        raise BadRow(f"this is not CSV: {error}") from error


def _checked_header(columns: list[str]) -> list[str]:
    if len(set(columns)) < len(columns) or not set(REQUIRED) <= set(columns):
        raise BadHeader(f"the header must name {' and '.join(REQUIRED)}, and no column twice")
    return columns


def _from_json(line: str, rows: "_Rows") -> Sequence[Interaction]:
    row = json_object(line)
    return (rows.interaction(row),) if row is not None else ()


def _from_gorse(line: str, rows: "_Rows") -> Sequence[Interaction]:
    given = json_object(line)
    if given is None:
        return ()
    row = {ours: given.get(theirs) for ours, theirs in GORSE_NAMES.items()}
    return (rows.interaction(row),)


def json_object(line: str) -> dict[str, Any] | None:
    """What a line says; None where it is blank. Raises BadRow where it is no JSON object."""
    if not line.strip():
        return None
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise BadRow(f"this is not JSON: {error.msg}") from error
    if not isinstance(row, dict):
        raise BadRow("a JSON object is wanted")
    return row


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


class _Rows(NamedTuple):
    """How the rows of a file are read."""

    kind: str
    now: datetime
    kinds: Mapping[str, str]

    def interaction(self, row: Mapping[str, Any]) -> Interaction:
        return Interaction(
            id_in(row, "user"),
            id_in(row, "item"),
            self.kind_of(row.get("kind")),
            _value(row.get("value")),
            moment_of(row.get("timestamp"), self.now),
        )

    def kind_of(self, given: Any) -> str:
        kind = self.kinds.get(given, given) if isinstance(given, str) else given
        if not kind:
            return self.kind
        if not isinstance(kind, str) or kind not in KINDS:
            known = ", ".join(sorted(KINDS))
            raise BadRow(f"kind {given!r:.30} is none of {known}; --as says which it is")
        return kind


def id_in(row: Mapping[str, Any], name: str) -> str:
    """The row's id of that name, as text. Raises BadRow where it is none."""
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


def moment_of(given: Any, now: datetime) -> datetime | None:
    """An ISO date and time (UTC where it names no zone) or seconds since 1970; None where nothing
    is said. Raises BadRow where it is neither, or later than `now`."""
    if given in (None, "", GO_ZERO_TIME):
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
