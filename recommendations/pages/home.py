"""The front page: what is worth a look now, and why."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from recommendations.pages.looks import looked_at, merge_guest_looks
from recommendations.pages.shown import Shown, ids_of, shown
from recommendations.serving import (
    Request,
    Shape,
    ending_list,
    list_for_items,
    look_ahead,
    popular_list,
    shown_home_list,
)

FOR_YOU = 12
ROW = 6
SLACK = 6
"""How many beyond each are found ahead: some will have ended, or stand in a row above."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """For members their own list; for guests what goes with what they looked at; for all, more.

    No item is shown twice.
    """
    now = timezone.now()
    merge_guest_looks(request, now)
    asked = Request(now, ROW, request.user.pk, Shape.TEXT)
    for_you = _for_you(request, asked)
    similar = _because_of_looks(request, asked)
    ending = shown(ending_list(asked.apart_from(ids_of(for_you, similar))), now)
    popular = shown(popular_list(asked.apart_from(ids_of(for_you, similar, ending))), now)
    context = {"for_you": for_you, "similar": similar, "ending": ending, "popular": popular}
    return render(request, "recommendations/home.html", context)


def _for_you(request: HttpRequest, asked: Request) -> list[Shown]:
    if not request.user.is_authenticated:
        return []
    look_ahead(asked, own=FOR_YOU + SLACK, in_all=FOR_YOU + ROW + 2 * SLACK)
    return shown(shown_home_list(replace(asked, limit=FOR_YOU)), asked.now)


def _because_of_looks(request: HttpRequest, asked: Request) -> list[Shown]:
    seen = [] if request.user.is_authenticated else looked_at(request)
    return shown(list_for_items(seen, asked), asked.now) if seen else []
