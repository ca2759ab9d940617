from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from recsys.lib.commands import Progress, ReportingCommand


class Command(ReportingCommand):
    help = (
        "Judge models on the marketplace's own past: trained until T, judged by what people did "
        "next among the lots that were live then. With --data, on a data set in lightgcn's format."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "models",
            nargs="*",
            help="versions or algorithms, the first compared with the second; by default the "
            "model in use, compared with what is popular",
        )
        parser.add_argument("--data", type=Path, help="a directory with train.txt and test.txt")
        parser.add_argument("--report", type=Path, help="also write it, with plots, as HTML")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--k", type=int, default=20, help="places of a list that count")

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        # Not at the top: the compiler is loaded where models are fitted, and nowhere else.
        from recommendations.services.contests import hold_contest  # noqa: PLC0415
        from recommendations.services.evaluation import evaluate_data_set  # noqa: PLC0415

        common = {"seed": options["seed"], "places": options["k"], "progress": progress}
        if options["data"] is None:
            found = hold_contest(now=timezone.now(), names=options["models"], **common)
            return _written(found, options["report"])
        if options["models"] or options["report"]:
            raise CommandError("A data set is judged by what is chosen for it, and by that alone.")
        return evaluate_data_set(directory=options["data"], **common)


def _written(found: dict[str, Any], report: Path | None) -> dict[str, Any]:
    if report is not None:
        from recommendations.management.contest_page import contest_page  # noqa: PLC0415

        report.write_text(contest_page(found), encoding="utf-8")
    return found
