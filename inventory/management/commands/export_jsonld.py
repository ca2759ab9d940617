from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from accounts.queries import get_user
from inventory.queries import count_exported, exported_items
from recsys.lib.arguments import positive
from recsys.lib.commands import Progress, ReportingCommand
from recsys.lib.media import to_json


class Command(ReportingCommand):
    help = (
        "Write all items, or one person's, as JSON-LD, one document a line, drafts and reserve "
        "prices among them. `import_jsonld` makes the same items of them, in an empty database, "
        "too."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)  # type: ignore[arg-type]
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--seller", type=positive, help="whose (id; default: everybody's)")

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        seller_id = options["seller"] and get_user(options["seller"]).pk
        total, done = count_exported(seller_id), 0
        with options["file"].open("wb") as file:
            for done, document in enumerate(exported_items(seller_id), 1):
                file.write(to_json(document) + b"\n")
                progress(done, total)
        return {"exported": done}
