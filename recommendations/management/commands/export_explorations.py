from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from recommendations.services import export_explorations
from recsys.lib.commands import Progress, ReportingCommand


class Command(ReportingCommand):
    help = "Write what was shown by chance, how likely it was, and what people then did."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, help="one JSON object a line")
        parser.add_argument("--days", type=int, default=30, help="shown in the last so many")
        parser.add_argument(
            "--within", type=int, default=7, help="days in which what somebody did counts"
        )

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        return export_explorations(
            options["file"],
            since=timezone.now() - timedelta(days=options["days"]),
            within=timedelta(days=options["within"]),
            progress=progress,
        )
