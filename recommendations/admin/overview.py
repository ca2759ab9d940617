"""The console's first page, put together from what is drawn already.

The console's frame (its menu of what a person may enter, their name, its scripts) takes thirty
times a bare view to render, and changes only with the person's permissions: each process keeps it
as HTML. A request puts the figures and its own form token into it.
"""

from secrets import token_hex
from typing import Any

from django.contrib import admin
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from accounts.queries import is_manager
from recommendations.admin.dashboard import draw
from recsys.lib.console import kept_overview

FRAMES_KEPT = 200
TOKEN, FIGURES = token_hex(), token_hex()
"""Stand in a frame for what is each request's own."""

_frames: dict[Any, str] = {}


def overview(request: HttpRequest) -> HttpResponse:
    """The figures, for managers; others see the list of what they may enter."""
    if not is_manager(request.user):
        return admin.site.index(request)
    figures = kept_overview(draw)
    if len(get_messages(request)):  # part of the frame, this once
        return HttpResponse(_render(request, get_token(request), figures))
    frame = _frame(request).replace(TOKEN, get_token(request), 1)
    return HttpResponse(frame.replace(FIGURES, figures, 1))


def _frame(request: HttpRequest) -> str:
    key = _what_it_shows(request)
    if key not in _frames:
        if len(_frames) >= FRAMES_KEPT:
            _frames.clear()
        _frames[key] = _render(request, TOKEN, FIGURES)
    return _frames[key]


def _what_it_shows(request: HttpRequest) -> Any:
    """The person, what they may enter, and whether their keyboard is a Mac's."""
    user: Any = request.user
    may = "everything" if user.is_superuser else frozenset(user.get_all_permissions())
    is_mac = "Macintosh" in request.headers.get("User-Agent", "")
    return user.pk, user.get_full_name(), user.email, user.has_usable_password(), may, is_mac


def _render(request: HttpRequest, token: str, figures: str) -> str:
    context = {
        **admin.site.each_context(request),
        "title": "Overview",
        "figures": figures,
        "csrf_token": token,
    }
    return render_to_string("admin/index.html", context, request)
