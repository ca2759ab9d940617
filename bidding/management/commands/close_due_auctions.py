from typing import Any

from bidding.services import close_due_auctions
from recsys.lib.commands import Progress, ReportingCommand


class Command(ReportingCommand):
    help = "Open the lots whose start has come, and close those whose end has."
    job = "close_due_auctions"

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        return close_due_auctions(progress=progress)
