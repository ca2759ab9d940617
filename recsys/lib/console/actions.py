"""Actions that ask before they act, say what became of each row, and go into its history."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from recsys.lib.console.kept import forget_overview
from recsys.lib.errors import DomainError

CONFIRMED = "confirmed"
MOST_ROWS = 500
"""At once: each row is one service call and one line of history. Jobs and commands do the rest."""

Act = Callable[[Any, HttpRequest, Any], Any]


def asks_first(
    *, description: str, question: str, done: str = ""
) -> Callable[[Act], Callable[..., Any]]:
    """Make `act(model_admin, request, row)` an action on the chosen rows.

    It shows the `question` with the rows, and acts on the answer. A DomainError is told beside
    its row, and does not stop the rest. `done` goes into each row's history; empty where the
    service writes it.
    """

    def decorate(act: Act) -> Callable[..., Any]:
        @admin.action(description=description, permissions=["enter"])
        @wraps(act)
        def action(
            model_admin: Any, request: HttpRequest, rows: QuerySet[Any]
        ) -> HttpResponse | None:
            chosen = list(rows[: MOST_ROWS + 1])
            if len(chosen) > MOST_ROWS:
                told = f"Choose {MOST_ROWS} at most."
                return model_admin.message_user(request, told, messages.WARNING)
            if CONFIRMED not in request.POST:
                return _ask(model_admin, request, chosen, act.__name__, description, question)
            return _act(model_admin, request, chosen, act, done)

        return action

    return decorate


def _ask(  # noqa: PLR0913, PLR0917 (what the page shows)
    model_admin: Any, request: HttpRequest, rows: list[Any], name: str, title: str, question: str
) -> HttpResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": title,
        "question": question,
        "rows": rows,
        "opts": model_admin.opts,
        "action": name,
        "checkbox": ACTION_CHECKBOX_NAME,
        "confirmed": CONFIRMED,
        "cancel_url": request.get_full_path(),
    }
    return TemplateResponse(request, "console/confirm.html", context)


def _act(
    model_admin: Any, request: HttpRequest, rows: list[Any], act: Act, done: str
) -> HttpResponse | None:
    acted = 0
    for row in rows:
        try:
            act(model_admin, request, row)
        except DomainError as refusal:
            model_admin.message_user(request, f"{row}: {refusal.detail}", messages.WARNING)
            continue
        acted += 1
        if done:
            model_admin.log_change(request, row, done)
    if acted:
        forget_overview()
        model_admin.message_user(request, f"{done or 'Done'}: {acted}.", messages.SUCCESS)
    return None
