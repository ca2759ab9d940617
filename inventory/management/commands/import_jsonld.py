import logging
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.queries import existing_user_ids, get_user
from accounts.services import house_seller
from inventory.data import DocumentReport
from inventory.jsonld import exported_seller
from inventory.services import analyze_items, import_documents
from recsys.lib.arguments import positive
from recsys.lib.bulk import batched
from recsys.lib.commands import Progress, ReportingCommand
from recsys.lib.jsonld.files import Found, documents_in

BATCH = 500
NAMED_WORDS = 20
logger = logging.getLogger(__name__)


class Command(ReportingCommand):
    help = (
        "Import items from JSON-LD: single documents, arrays, one document a line, or the "
        "metadata of .gltf, .glb and .vrm assets. A document imported before updates its item."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)  # type: ignore[arg-type]
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument(
            "--seller",
            type=positive,
            help="whose they are (id; default: of an export from this site whose they were, where "
            "that person is here; of all else the house)",
        )
        parser.add_argument(
            "--publish", action="store_true", help="publish at once what is not auctioned"
        )

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        seller_id = options["seller"] and get_user(options["seller"]).pk
        report = Report()
        for batch in batched(_found_in(options["files"], progress), BATCH):
            for owner_id, found in _by_owner(report.readable(batch), seller_id).items():
                result = import_documents(
                    seller_id=owner_id,
                    documents=[each.document for each in found],
                    now=timezone.now(),
                    publish=options["publish"],
                )
                report.add(result, found)
        report.name_unexplained()
        analyze_items()
        return dict(report.figures)


class Report:
    """What became of the documents; of those that are refused the log says why."""

    def __init__(self) -> None:
        self.figures = {"created": 0, "updated": 0, "failed": 0, "with_unexplained_words": 0}
        self.unexplained: Counter[str] = Counter()

    def readable(self, batch: Iterable[Found]) -> Iterator[Found]:
        for found in batch:
            if found.refusal is None:
                yield found
            else:
                self._refuse(found, found.refusal.detail)

    def add(self, result: DocumentReport, found: Sequence[Found]) -> None:
        self.figures["created"] += result.created
        self.figures["updated"] += result.updated
        self.figures["with_unexplained_words"] += len(result.dropped)
        self.unexplained.update(word for _, words in result.dropped for word in words)
        for position, why in result.refusals:
            self._refuse(found[position], why)

    def name_unexplained(self) -> None:
        commonest = (f"{word} ({n})" for word, n in self.unexplained.most_common(NAMED_WORDS))
        if words := ", ".join(commonest):
            logger.warning("kept, but explained by no context: %s", words)

    def _refuse(self, found: Found, why: str) -> None:
        logger.warning("%s: %s", found.where, why)
        self.figures["failed"] += 1


def _by_owner(batch: Iterable[Found], seller_id: int | None) -> dict[int, list[Found]]:
    if seller_id is not None:
        return {seller_id: list(batch)}
    named = [(exported_seller(found.document), found) for found in batch]
    here = existing_user_ids({owner_id for owner_id, _ in named if owner_id is not None})
    owned: dict[int, list[Found]] = {}
    for owner_id, found in named:
        owned.setdefault(owner_id if owner_id in here else house_seller(), []).append(found)
    return owned


def _found_in(files: Sequence[Path], progress: Progress) -> Iterator[Found]:
    """The documents of all files; progress counts bytes."""
    total, before = sum(file.stat().st_size for file in files), 0
    for file in files:
        for found in documents_in(file):
            yield found
            progress(before + found.bytes_read, total)
        before += file.stat().st_size
