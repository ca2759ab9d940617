from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from recommendations.demo.logins import (
    DEMO_PASSWORD,
    DEMO_USERNAME,
    OPERATOR_PASSWORD,
    OPERATOR_USERNAME,
)
from recommendations.services import seed_demo
from recsys.lib.arguments import moment, positive
from recsys.lib.commands import Progress, ReportingCommand


class Command(ReportingCommand):
    help = (
        "Fill the database with a small marketplace to try the product on: people with tastes, "
        "lots and creations, bids, watches, bags, worlds. A database that was seeded stays as it "
        "is. The logins `demo` and `operator` have known passwords; outside DEBUG give another."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--users", type=positive, default=200, metavar="N")
        parser.add_argument("--items", type=positive, default=400, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S")
        parser.add_argument("--password", help="of both logins, instead of the known ones")
        parser.add_argument(
            "--at", type=moment, metavar="WHEN", help="the demo's present (ISO; default: now)"
        )

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        report = seed_demo(
            users=options["users"],
            items=options["items"],
            seed=options["seed"],
            passwords=self._passwords(options["password"]),
            now=options["at"] or datetime.now(UTC),
            progress=progress,
        )
        return asdict(report)

    def _passwords(self, password: str | None) -> dict[str, str]:
        if not (password or settings.DEBUG):
            raise CommandError(
                "Known passwords are for DEBUG only: give one with --password, or set DEBUG=true."
            )
        return {
            DEMO_USERNAME: password or DEMO_PASSWORD,
            OPERATOR_USERNAME: password or OPERATOR_PASSWORD,
        }
