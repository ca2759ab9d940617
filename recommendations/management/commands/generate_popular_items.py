from typing import Any

from django.utils import timezone

from recommendations.services import generate_popular_items
from recsys.lib.commands import Progress, ReportingCommand


class Command(ReportingCommand):
    help = "Recompute the list of the most popular live items."
    job = "generate_popular_items"

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        return generate_popular_items(now=timezone.now(), progress=progress)
