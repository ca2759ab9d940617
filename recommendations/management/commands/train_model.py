from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from recsys.lib.commands import Progress, ReportingCommand


class Command(ReportingCommand):
    help = (
        "Learn from what people did, judge the result on the latest part of it, and have it "
        "serve if it beats what is popular and does not fall behind the model in use."
    )
    job = "train_model"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--algorithm", help="blend (searched for), item-graph, ridge-graph, graphs, spectral"
        )

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        # Not at the top: the compiler is loaded where models are fitted, and nowhere else.
        from recommendations.services.training import train_model  # noqa: PLC0415

        return train_model(now=timezone.now(), algorithm=options["algorithm"], progress=progress)
