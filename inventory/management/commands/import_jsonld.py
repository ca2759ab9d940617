import logging
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.queries import existing_user_ids, get_user
from accounts.services import house_seller
from inventory.data import DocumentReport
from inventory.jsonld import exported_seller
from inventory.services import ReadDocument, analyze_items, import_documents, read_document
from recsys.lib.ahead import made_while_stored
from recsys.lib.arguments import positive
from recsys.lib.bulk import batched
from recsys.lib.commands import Progress, ReportingCommand
from recsys.lib.errors import DomainError
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
        files, report = options["files"], Report()
        total = sum(file.stat().st_size for file in files)
        for batch in made_while_stored(
            batched(_read_all(files, publish=options["publish"]), BATCH)
        ):
            owned = _by_owner(report.readable(batch), seller_id)
            for owner_id, documents in owned.items():
                report.add(import_documents(seller_id=owner_id, documents=documents))
            progress(batch[-1].bytes_read, total)
        report.name_unexplained()
        analyze_items()
        return dict(report.figures)


class Report:
    """What became of the documents; of those that are refused the log says why."""

    def __init__(self) -> None:
        self.figures = {"created": 0, "updated": 0, "failed": 0, "with_unexplained_words": 0}
        self.unexplained: Counter[str] = Counter()

    def readable(self, batch: Iterable[Found]) -> Iterator[ReadDocument]:
        for found in batch:
            if found.refusal is None:
                yield found.document
            else:
                logger.warning("%s: %s", found.where, found.refusal.detail)
                self.figures["failed"] += 1

    def add(self, result: DocumentReport) -> None:
        self.figures["created"] += result.created
        self.figures["updated"] += result.updated
        self.figures["with_unexplained_words"] += len(result.dropped)
        self.unexplained.update(word for words in result.dropped for word in words)

    def name_unexplained(self) -> None:
        commonest = (f"{word} ({n})" for word, n in self.unexplained.most_common(NAMED_WORDS))
        if words := ", ".join(commonest):
            logger.warning("kept, but explained by no context: %s", words)


def _by_owner(
    documents: Iterable[ReadDocument], seller_id: int | None
) -> dict[int, list[ReadDocument]]:
    if seller_id is not None:
        return {seller_id: list(documents)}
    named = [(exported_seller(each.document), each) for each in documents]
    here = existing_user_ids({owner_id for owner_id, _ in named if owner_id is not None})
    owned: dict[int, list[ReadDocument]] = {}
    for owner_id, each in named:
        owned.setdefault(owner_id if owner_id in here else house_seller(), []).append(each)
    return owned


def _read_all(files: Sequence[Path], *, publish: bool) -> Iterator[Found]:
    """What the documents of all files say; `bytes_read` counts from the first file's beginning."""
    before = 0
    for file in files:
        for found in documents_in(file):
            read = found if found.refusal else _read(found, publish=publish)
            yield replace(read, bytes_read=before + found.bytes_read)
        before += file.stat().st_size


def _read(found: Found, *, publish: bool) -> Found:
    try:
        read = read_document(document=found.document, now=timezone.now(), publish=publish)
    except DomainError as refusal:
        return replace(found, document=None, refusal=refusal)
    return replace(found, document=read)
