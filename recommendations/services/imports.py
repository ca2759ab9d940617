"""Interactions from files: people, items, watches, bids and events, each written by its app.

A part of the file is one transaction: counts are exact after each, other writers wait for a part
and not for the file, and an import that was interrupted is completed by running it again.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import TypeVar

from accounts.services import analyze_people
from bidding.services import analyze_bids
from inventory.services import analyze_items
from recommendations.descriptions import Description, from_attributes, from_gorse
from recommendations.interactions import BadHeader, Format, parser_for
from recommendations.services.datasets import Dataset
from recommendations.services.events import analyze_events
from recsys.lib.bulk import batched
from recsys.lib.commands import Progress, no_progress
from recsys.lib.errors import InvalidInput
from recsys.lib.lines import BadRow, Lines

ROWS_PER_TRANSACTION = 100_000
ITEMS_PER_TRANSACTION = 10_000
Row = TypeVar("Row")
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
    kinds: Mapping[str, str] | None = None,
    attributes: Path | None = None,
    progress: Progress = no_progress,
) -> ImportReport:
    """Import a file's interactions as of `at` where they carry no time; twice is once.

    People are known by their id within `dataset`, items by the house's slug `dataset-id`; what
    is not known yet is created. `kinds` says what the file's own names of kinds are here, and
    `attributes` is the file that says what items are, in the same format. `progress` counts bytes
    of the files. Raises InvalidInput where the dataset's name, the header or the attributes are
    bad, or nothing could be used at all, and OSError where a file cannot be read. A row that is
    bad alone is logged and left out.
    """
    if not DATASET_PATTERN.fullmatch(dataset):
        raise InvalidInput(f"A dataset is named by up to 32 of a–z, 0–9 and _, not {dataset!r}.")
    target, new = Dataset(dataset, at), Counter[str]()
    with _Files() as files:
        parse = parser_for(file_format, kind=kind, now=now, kinds=kinds)
        parts = files.parts(path, parse, ROWS_PER_TRANSACTION)
        described = _described(files, attributes, file_format, now) if attributes else ()
        for descriptions in described:
            new += target.describe(descriptions)
            files.report(progress)
        for rows in parts:
            new += target.store(rows)
            files.report(progress)
    for analyze in (analyze_people, analyze_items, analyze_bids, analyze_events):
        analyze()
    return _report(new, files.bad)


class _Files(ExitStack):
    """The files of an import, a line at a time; closed in the end."""

    def __init__(self) -> None:
        super().__init__()
        self.read: list[Lines] = []

    def parts(
        self, path: Path, parse: Callable[[str], Iterable[Row]], size: int
    ) -> Iterator[list[Row]]:
        """The usable rows of one, so many at a time; a file of another format ends here, before
        anything is written."""
        lines = Lines(self.enter_context(path.open("rb")))
        self.read.append(lines)
        parts = batched(_usable(lines, parse), size)
        first = next(parts, None)
        if first is None:
            raise InvalidInput(f"{path}: nothing to import; bad rows: {lines.bad}.")
        return chain((first,), parts)

    @property
    def bad(self) -> int:
        return sum(lines.bad for lines in self.read)

    def report(self, progress: Progress) -> None:
        done = sum(lines.bytes_read for lines in self.read)
        progress(done, max(done, sum(lines.size for lines in self.read)))


def _usable(lines: Lines, parse: Callable[[str], Iterable[Row]]) -> Iterator[Row]:
    for number, text in lines:
        try:
            yield from parse(text)
        except BadRow as problem:
            lines.report(number, problem)
        except BadHeader as problem:
            raise InvalidInput(f"{lines.file.name}:{number}: {problem}.") from problem


def _described(
    files: _Files, path: Path, file_format: Format, now: datetime
) -> Iterator[list[Description]]:
    if file_format is Format.GORSE:
        return files.parts(path, lambda line: from_gorse(line, now), ITEMS_PER_TRANSACTION)
    try:
        return batched(from_attributes(path.read_bytes()), ITEMS_PER_TRANSACTION)
    except BadRow as problem:
        raise InvalidInput(f"{path}: {problem}.") from problem


def _report(new: Counter[str], bad_rows: int) -> ImportReport:
    figures = ("rows", "people", "items", "watches", "bids", "events", "statements")
    return ImportReport(bad_rows=bad_rows, **{name: new[name] for name in figures})
