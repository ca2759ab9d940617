"""What files say of items. Pure: text in, descriptions out."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from recommendations.interactions import LONGEST_ID, id_in, json_object, moment_of
from recsys.lib.lines import BadRow

LONGEST_TITLE = 200


class Name(NamedTuple):
    title: str
    """Empty where the file has none."""
    description: str
    is_hidden: bool
    at: datetime | None
    """Since when it has been there."""


class Description(NamedTuple):
    item: str
    keywords: tuple[str, ...]
    """Each once."""
    category: str | None
    name: Name | None = None
    """None where the file says only what an item is like."""


def from_attributes(text: bytes) -> list[Description]:
    """Of `{"item": [attribute, …], …}`, texts or whole numbers; the first is the category.

    Raises BadRow, with the line where the JSON breaks, or the item whose attributes are no list
    of texts and whole numbers.
    """
    try:
        given = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadRow(f"line {error.lineno}: this is not JSON: {error.msg}") from error
    if not isinstance(given, dict):
        raise BadRow('an object is wanted: {"item": ["attribute", …], …}')
    return list(_attributes(given))


def _attributes(given: dict[str, Any]) -> Iterator[Description]:
    for item, attributes in given.items():
        try:
            item_id = id_in({"item": item}, "item")
            if not isinstance(attributes, list):
                raise BadRow("its attributes must be a list")
            words = [id_in({"attribute": attribute}, "attribute") for attribute in attributes]
        except BadRow as problem:
            raise BadRow(f"item {item!r:.40}: {problem}") from problem
        yield Description(item_id, tuple(dict.fromkeys(words)), words[0] if words else None)


def from_gorse(line: str, now: datetime) -> Sequence[Description]:
    """Of a line of Gorse's `items.jsonl`, its `data.Item`; none where the line is blank.

    Its first category is the category here. All categories, and whatever is text among the
    labels, are keywords; embeddings are not. The comment, which its users see for a title, is the
    title. Raises BadRow.
    """
    row = json_object(line)
    if row is None:
        return ()
    if "UserId" in row:
        raise BadRow("this is what somebody did, not an item")
    categories = [id_in({"category": name}, "category") for name in _list(row, "Categories")]
    words = (" ".join(text.split())[:LONGEST_ID] for text in _texts(row.get("Labels")))
    keywords = dict.fromkeys([*categories, *filter(str.isprintable, filter(None, words))])
    category = categories[0] if categories else None
    return (Description(id_in(row, "ItemId"), tuple(keywords), category, _name(row, now)),)


def _list(row: dict[str, Any], name: str) -> list[Any]:
    given = row.get(name) or []
    if isinstance(given, list) and all(isinstance(value, str) for value in given):
        return given
    raise BadRow(f"{name} must be a list of texts")


def _texts(labels: Any) -> Iterator[str]:
    """In their order, however deep."""
    waiting = [labels]
    while waiting:
        match waiting.pop():
            case str(text):
                yield text
            case list(several):
                waiting += reversed(several)
            case dict(named):
                waiting += reversed(named.values())


def _name(row: dict[str, Any], now: datetime) -> Name:
    hidden, comment = row.get("IsHidden", False), row.get("Comment") or ""
    if not isinstance(hidden, bool):
        raise BadRow("IsHidden must be true or false")
    if not isinstance(comment, str) or "\0" in comment:
        raise BadRow("Comment must be a text without NUL")
    title = " ".join(comment.split())
    description = comment.strip() if len(title) > LONGEST_TITLE else ""
    at = moment_of(row.get("Timestamp"), now)
    return Name(title[:LONGEST_TITLE].rstrip(), description, hidden, at)
