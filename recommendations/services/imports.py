"""Interactions from files: people, items, watches, bids and events, each written by its app.

A part of the file is one transaction: counts are exact after each, other writers wait for a part
and not for the file, and an import that was interrupted is completed by running it again.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path

from accounts.services import analyze_people
from bidding.services import analyze_bids
from inventory.services import analyze_items
from recommendations.interactions import (
    BadHeader,
    Format,
    Interaction,
    Parser,
    keywords_from_json,
    parser_for,
)
from recommendations.services.datasets import Dataset
from recommendations.services.events import analyze_events
from recsys.lib.bulk import batched
from recsys.lib.commands import Progress, no_progress
from recsys.lib.errors import InvalidInput
from recsys.lib.lines import BadRow, Lines

ROWS_PER_TRANSACTION = 100_000
ITEMS_PER_TRANSACTION = 10_000
DATASET_PATTERN = re.compile(r"[a-z0-9][a-z0-9_]{0,31}")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a file held, and how many rows it added: a second run adds none."""

    rows: int
    bad_rows: int
    people: int
    items: int
    watches: int
    bids: int
    events: int
    statements: int
    """Attributes said of items."""


def dataset_of(path: Path) -> str:
    """The name a file gives to what it holds: `Beauty 2014.csv` → `beauty_2014`."""
    return re.sub(r"[^a-z0-9]+", "_", path.stem.lower()).strip("_")[:32] or "import"


def import_interactions(  # noqa: PLR0913 (what the command offers)
    path: Path,
    *,
    file_format: Format,
    kind: str,
    dataset: str,
    at: datetime,
    now: datetime,
    attributes: Path | None = None,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import a file's interactions as of `at` where they carry no time; twice is once.

    People are known by their id within `dataset`, items by the house's slug `dataset-id`; what
    is not known yet is created. `progress` counts bytes of the file. Raises InvalidInput where
    the dataset's name, the header or the attributes are bad, or nothing could be used at all,
    and OSError where a file cannot be read. A row that is bad alone is logged and left out.
    """
    if not DATASET_PATTERN.fullmatch(dataset):
        raise InvalidInput(f"A dataset is named by up to 32 of a–z, 0–9 and _, not {dataset!r}.")
    keywords = _read_keywords(attributes) if attributes else {}
    target, new = Dataset(dataset, at), Counter[str]()
    with path.open("rb") as file:
        lines = Lines(file)
        parts = _parts(lines, parser_for(file_format, kind=kind, now=now))
        # Before anything is written: a file of another format ends here.
        first = next(parts, None)
        if first is None:
            raise InvalidInput(f"{path}: nothing to import; bad rows: {lines.bad}.")
        for described in batched(keywords.items(), ITEMS_PER_TRANSACTION):
            new += target.describe(dict(described))
        for rows in chain((first,), parts):
            new += target.store(rows)
            progress(lines.bytes_read, max(lines.size, lines.bytes_read))
    for analyze in (analyze_people, analyze_items, analyze_bids, analyze_events):
        analyze()
    return _report(new, lines.bad)


def _parts(lines: Lines, parse: Parser) -> Iterator[list[Interaction]]:
    return batched(_interactions(lines, parse), ROWS_PER_TRANSACTION)


def _interactions(lines: Lines, parse: Parser) -> Iterator[Interaction]:
    for number, text in lines:
        try:
            yield from parse(text)
        except BadRow as problem:
            lines.report(number, problem)
        except BadHeader as problem:
            raise InvalidInput(f"{lines.file.name}:{number}: {problem}.") from problem


def _read_keywords(path: Path) -> dict[str, list[str]]:
    try:
        return keywords_from_json(path.read_bytes())
    except BadRow as problem:
        raise InvalidInput(f"{path}: {problem}.") from problem


def _report(new: Counter[str], bad_rows: int) -> ImportReport:
    figures = ("rows", "people", "items", "watches", "bids", "events", "statements")
    return ImportReport(bad_rows=bad_rows, **{name: new[name] for name in figures})
