from argparse import ArgumentTypeError, RawDescriptionHelpFormatter
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from recommendations.interactions import BID, KINDS, WATCH, Format
from recommendations.services import dataset_of, import_interactions
from recsys.lib.arguments import moment
from recsys.lib.commands import Progress, ReportingCommand

HELP = """Import what people did with items: watches, bids, views.

  csv       a header, then user,item and, if it names them, kind, value, timestamp
  jsonl     an object with these names on each line
  lightgcn  user item item … on each line, as whole numbers
  gorse     the feedback.jsonl that Gorse's dashboard exports, with its items.jsonl as attributes

A timestamp is ISO (UTC where it names no zone) or seconds since 1970. People and items that are
not known yet are created: items as published props of the house, or as open lots where there are
bids, which rise by the increment rule in the order of the file. The same file twice is once, and
an import that was interrupted is completed by running it again.

A bad row is logged with its line, counted and left out. The exit status is 1 only if a file
cannot be read, its header or the attributes are bad, or no row at all could be used; then
nothing is written."""


def named_kind(text: str) -> tuple[str, str]:
    """`theirs=ours`."""
    theirs, _, ours = text.rpartition("=")
    if not theirs or ours not in KINDS:
        raise ArgumentTypeError(f"{text!r} is no NAME=KIND with one of {', '.join(sorted(KINDS))}")
    return theirs, ours


class Command(ReportingCommand):
    help = HELP

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs["formatter_class"] = RawDescriptionHelpFormatter
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", required=True, choices=[*Format])
        parser.add_argument(
            "--kind",
            choices=[WATCH, BID, "view"],
            default=WATCH,
            help="of rows that do not name theirs (default: watch)",
        )
        parser.add_argument(
            "--as",
            dest="kinds",
            type=named_kind,
            action="append",
            default=[],
            metavar="NAME=KIND",
            help=f"what a kind of the file's own is here, e.g. star=like (repeat it; KIND is one "
            f"of {', '.join(sorted(KINDS))})",
        )
        parser.add_argument(
            "--attributes",
            type=Path,
            metavar="FILE",
            help='JSON: {"item": ["attribute", …], …}; the first is the category. '
            "With gorse: items.jsonl, whose titles, categories and labels are taken, and which of "
            "them are hidden",
        )
        parser.add_argument(
            "--dataset",
            metavar="NAME",
            help="whose ids these are (default: from the file's name); the same in another file "
            "of this name are the same people and items",
        )
        parser.add_argument(
            "--at",
            type=moment,
            metavar="WHEN",
            help="when it happened, where no timestamp says (ISO; default: now)",
        )

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        now = datetime.now(UTC)
        report = import_interactions(
            options["file"],
            file_format=Format(options["format"]),
            kind=options["kind"],
            kinds=dict(options["kinds"]),
            dataset=options["dataset"] or dataset_of(options["file"]),
            at=options["at"] or now,
            now=now,
            attributes=options["attributes"],
            progress=progress,
        )
        return asdict(report)
