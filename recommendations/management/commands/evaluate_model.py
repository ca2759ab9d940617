from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from recommendations.services.evaluation import evaluate_data_set
from recsys.lib.commands import Progress, ReportingCommand


class Command(ReportingCommand):
    help = "Fit the engine on a data set's training part and judge it on its test part."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--data", type=Path, required=True, help="a directory with train.txt and test.txt"
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--k", type=int, default=20, help="places of a list that count")

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        return evaluate_data_set(
            directory=options["data"],
            seed=options["seed"],
            places=options["k"],
            progress=progress,
        )
