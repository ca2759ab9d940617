from datetime import timedelta
from typing import Any

from bidding import services
from recsys.lib.jobs.registry import job
from recsys.lib.progress import Progress


@job(
    "close_due_auctions",
    queue="recommendations",
    timeout=15 * 60,
    unique_for=timedelta(minutes=1),
)
def close_due_auctions(progress: Progress) -> dict[str, Any]:
    return services.close_due_auctions(progress=progress)
