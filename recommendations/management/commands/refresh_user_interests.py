from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from recommendations.services import refresh_user_interests
from recsys.lib.commands import Progress, ReportingCommand


class Command(ReportingCommand):
    help = "Recompute what the people active in the last 30 days want, by category."
    job = "refresh_user_interests"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--user", type=int, dest="user_id", metavar="ID", help="this person only"
        )

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        return refresh_user_interests(
            now=timezone.now(), user_id=options["user_id"], progress=progress
        )
