from typing import Any

from django.utils import timezone

from recommendations.services import evict_stale_cache
from recsys.lib.commands import Progress, ReportingCommand


class Command(ReportingCommand):
    help = "Drop cached lists older than a day: nobody asked for them since."
    job = "evict_stale_cache"

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        return evict_stale_cache(now=timezone.now(), progress=progress)
