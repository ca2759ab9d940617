from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from recommendations.services import generate_recommendations
from recsys.lib.commands import Progress, ReportingCommand


class Command(ReportingCommand):
    help = "Recompute the homepage lists of the people active in the last 30 days."
    job = "generate_recommendations"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--user", type=int, dest="user_id", metavar="ID", help="this person only"
        )

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        return generate_recommendations(
            now=timezone.now(), user_id=options["user_id"], progress=progress
        )
