from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from recsys.lib.errors import DomainError
from recsys.lib.jobs.schedules import all_schedules, sync_schedules
from recsys.lib.jobs.supervisor import Supervisor


class Command(BaseCommand):
    help = (
        "Run the workers of every queue, restart what dies, and keep the schedules in step with "
        "the code. SIGTERM or SIGINT lets running jobs finish first."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sync_schedules(all_schedules(), now=timezone.now())
        except DomainError as error:
            raise CommandError(error.detail) from error
        if not Supervisor().run():
            raise CommandError("Some jobs did not finish in time; they will be run again.")
