import logging
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils import timezone

from accounts.queries import get_user
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
        parser.add_argument("--seller", required=True, type=positive, help="id of the owner")
        parser.add_argument(
            "--publish", action="store_true", help="publish at once what is not auctioned"
        )

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        seller = get_user(options["seller"])
        report = {"created": 0, "updated": 0, "failed": 0, "with_unexplained_words": 0}
        unexplained: Counter[str] = Counter()
        for batch in batched(_found_in(options["files"], progress), BATCH):
            readable = [found for found in batch if found.refusal is None]
            result = import_documents(
                seller_id=seller.pk,
                documents=[found.document for found in readable],
                now=timezone.now(),
                publish=options["publish"],
            )
            refused = [(f.where, f.refusal.detail) for f in batch if f.refusal is not None]
            refused += [(readable[position].where, why) for position, why in result.refusals]
            for where, why in refused:
                logger.warning("%s: %s", where, why)
            report["created"] += result.created
            report["updated"] += result.updated
            report["failed"] += len(refused)
            report["with_unexplained_words"] += len(result.dropped)
            unexplained.update(word for _, words in result.dropped for word in words)
        if unexplained:
            commonest = (f"{word} ({n})" for word, n in unexplained.most_common(NAMED_WORDS))
            logger.warning("kept, but explained by no context: %s", ", ".join(commonest))
        analyze_items()
        return report


def _found_in(files: Sequence[Path], progress: Progress) -> Iterator[Found]:
    """The documents of all files; progress counts bytes."""
    total, before = sum(file.stat().st_size for file in files), 0
    for file in files:
        for found in documents_in(file):
            yield found
            progress(before + found.bytes_read, total)
        before += file.stat().st_size
