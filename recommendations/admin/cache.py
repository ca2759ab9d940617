"""What operators do to the recommendation cache: no row of a table, so a page of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.queries import is_manager
from recommendations.data import Family
from recommendations.services import clear_cache
from recsys.lib.console import forget_overview
from recsys.lib.jobs.services import enqueue

AUDITED_AS = "Recommendation cache"


@dataclass(frozen=True)
class Deed:
    """Something to do to the cache; `do` yields what to tell of it."""

    title: str
    question: str
    do: Callable[[], str]


def _clear(family: str | None = None) -> str:
    return f"Cleared {family or 'everything'}: {clear_cache(family=family):,} entries."


def _enqueued(name: str, told: str) -> str:
    return f"{told} by job #{enqueue(name).pk}."


DEEDS = {
    "warm": Deed(
        "Warm the cache",
        "A job fills the cache from what the jobs stored. Warm it?",
        lambda: _enqueued("warm_cache", "Being warmed"),
    ),
    "measure": Deed(
        "Measure the cache",
        "A job counts the entries and bytes of each family. Measure it?",
        lambda: _enqueued("measure_cache", "Being measured"),
    ),
    "clear": Deed(
        "Clear the cache",
        "Every kept list is dropped; each is computed anew when it is next asked for. Clear all?",
        _clear,
    ),
    **{
        f"clear-{family.value}": Deed(
            f"Clear: {family.label.lower()}",
            "These lists are dropped; each is computed anew when it is next asked for. Clear?",
            partial(_clear, family.value),
        )
        for family in Family
    },
}


def cache_page(request: HttpRequest, deed: str) -> HttpResponse:
    """Asks on GET, acts on POST; a line of the audit log says who did what."""
    if not is_manager(request.user):
        raise PermissionDenied
    if deed not in DEEDS:
        raise Http404
    wanted = DEEDS[deed]
    if request.method != "POST":
        return TemplateResponse(request, "console/confirm.html", _question(request, wanted))
    told, actor_id = wanted.do(), int(request.user.pk or 0)
    LogEntry.objects.create(
        user_id=actor_id, action_flag=CHANGE, object_repr=AUDITED_AS, change_message=told
    )
    messages.success(request, told)
    forget_overview()
    return HttpResponseRedirect(reverse("admin:index"))


def _question(request: HttpRequest, deed: Deed) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "title": deed.title,
        "question": deed.question,
        "confirmed": "confirmed",
        "cancel_url": reverse("admin:index"),
    }
