from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from recommendations.services import promote_model
from recsys.lib.commands import Progress, ReportingCommand


class Command(ReportingCommand):
    help = "Have a trained version serve from the next request on."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("version")

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        model = promote_model(version=options["version"], now=timezone.now())
        return {"in_use": model.version}
