from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from bidding.services import import_auctions
from recsys.lib.arguments import moment
from recsys.lib.commands import Progress, ReportingCommand


class Command(ReportingCommand):
    help = (
        "Import past auctions with their bids from a CSV with the columns auctionid, bid, bidtime "
        "(days since the auction's start), bidder, openbid, item, auction_type (“7 day auction”). "
        "The house sells; bidders are created. All auctions start together, so that the longest "
        "end at --ends-at; those that are over are closed by the rules, the others take bids. "
        "The same file twice is once. A bad row is logged with its line, counted and left out; "
        "the exit status is 1 only if nothing could be used, and then nothing is written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--ends-at",
            type=moment,
            metavar="WHEN",
            help="when the last auction ends, past or future (ISO; default: now)",
        )

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        now = datetime.now(UTC)
        report = import_auctions(
            options["file"], ends_at=options["ends_at"] or now, now=now, progress=progress
        )
        return asdict(report)
