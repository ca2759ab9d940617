from argparse import ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from inventory.queries import parse_expression
from recommendations.services import compute_item_similarities
from recsys.lib.commands import Progress, ReportingCommand
from recsys.lib.errors import InvalidInput


class Command(ReportingCommand):
    help = "Recompute what resembles each published item, among the live ones."
    job = "compute_item_similarities"

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        whose = parser.add_mutually_exclusive_group()
        whose.add_argument("--item", type=int, dest="item_id", metavar="ID", help="this item only")
        whose.add_argument(
            "--meta", action="append", type=_expression, metavar="EXPR",
            help="only items whose metadata says so, such as dc:subject=fox; may be repeated",
        )  # fmt: skip
        pauses = parser.add_mutually_exclusive_group()
        pauses.add_argument(
            "--pause", type=_milliseconds, metavar="MS", help="rest so long after each batch"
        )
        pauses.add_argument(
            "--no-pause", action="store_const", const=timedelta(0), dest="pause", help="hurry"
        )

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        return compute_item_similarities(
            now=timezone.now(),
            item_id=options["item_id"],
            meta=options["meta"] or (),
            progress=progress,
            pause=options["pause"],
        )


def _expression(text: str) -> str:
    try:
        parse_expression(text)
    except InvalidInput as refusal:
        raise ArgumentTypeError(refusal.detail) from refusal
    return text


def _milliseconds(text: str) -> timedelta:
    value = int(text)
    if value < 0:
        raise ValueError("a pause lasts at least 0 ms")
    return timedelta(milliseconds=value)
