from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from recommendations.data import Family
from recommendations.services import cache_statistics, clear_cache, warm_cache
from recsys.lib.commands import Progress, ReportingCommand

JOBS = {"stats": "measure_cache", "warm": "warm_cache"}
"""By action; clearing takes a moment."""


class Command(ReportingCommand):
    help = "How the recommendation cache is doing; empty it; fill it from what is stored."
    job = "warm_cache"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("action", choices=["stats", "clear", "warm"])
        parser.add_argument("--family", choices=Family.values, help="only this family (clear)")
        parser.add_argument("--key", type=int, help="only this item's or person's (clear)")

    def job_of(self, options: dict[str, Any]) -> str | None:
        return JOBS.get(options["action"])

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        match options["action"]:
            case "stats":
                return {
                    family.value: each.as_dict() for family, each in cache_statistics().items()
                }
            case "clear":
                cleared = clear_cache(family=options["family"], list_id=options["key"])
                return {"cleared": cleared}
        return warm_cache(now=timezone.now(), progress=progress)
