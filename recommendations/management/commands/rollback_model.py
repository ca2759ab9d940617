from typing import Any

from django.utils import timezone

from recommendations.data import FORMULAS
from recommendations.services import rollback_model
from recsys.lib.commands import Progress, ReportingCommand


class Command(ReportingCommand):
    help = "Take back the last promotion: the model before it serves, or else the formulas."

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        model = rollback_model(now=timezone.now())
        return {"in_use": FORMULAS if model is None else model.version}
