from typing import Any

from django.utils import timezone

from recsys.lib.commands import Progress, ReportingCommand
from recsys.lib.jobs.sweeper import sweep


class Command(ReportingCommand):
    help = "Rescue jobs whose worker died and messages that were lost (run_workers does it, too)."

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        return sweep(now=timezone.now())
