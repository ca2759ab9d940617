from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from accounts.queries import find_user
from recommendations.serving import Request, explain
from recsys.lib.commands import Progress, ReportingCommand


class Command(ReportingCommand):
    help = "Why a person sees an item among their recommendations, or what keeps it out."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("user", help="id or username")
        parser.add_argument("item", type=int, help="id")
        parser.add_argument("--limit", type=int, default=20, help="how long a list is meant")

    def work(self, progress: Progress, **options: Any) -> dict[str, Any]:
        user = find_user(options["user"])
        request = Request(timezone.now(), options["limit"], user.pk)
        explanation = explain(options["item"], request, actor=None).as_dict()
        return {name: value for name, value in explanation.items() if value is not None}
