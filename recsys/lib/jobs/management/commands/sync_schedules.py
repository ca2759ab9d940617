from typing import Any

from django.utils import timezone

from recsys.lib.commands import Progress, ReportingCommand
from recsys.lib.jobs.schedules import all_schedules, sync_schedules


class Command(ReportingCommand):
    help = "Make the scheduled jobs exactly those of the apps' schedules.py."

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        return sync_schedules(all_schedules(), now=timezone.now())
