"""What somebody looked at: a guest's in the session, a member's as events.

A guest's looks are theirs until they sign in; from then on the account knows them, too.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from uuid import uuid4

from django.http import HttpRequest

from recommendations.data import EventKind, NewEvent
from recommendations.services import record_events
from recsys.lib.errors import Unavailable
from recsys.lib.pages.forms import me

SESSION_KEY = "looked_at"
GUEST_KEY = "looked_at_as_guest"
MOST = 20


def looked_at(request: HttpRequest) -> list[int]:
    """Ids of what was looked at in this session, the last first; twenty at most."""
    return list(request.session.get(SESSION_KEY, ()))


def remember_look(request: HttpRequest, item_id: int, now: datetime) -> None:
    """Keep a look. A member's is an event once in a session, however often the page is opened."""
    before = looked_at(request)
    if before[:1] == [item_id]:
        return
    request.session[SESSION_KEY] = [item_id, *(old for old in before if old != item_id)][:MOST]
    if not request.user.is_authenticated:
        request.session[GUEST_KEY] = True
    elif item_id not in before:
        _record(request, [item_id], now)


def merge_guest_looks(request: HttpRequest, now: datetime) -> None:
    """After signing in: what was looked at before becomes the member's own."""
    if request.user.is_authenticated and request.session.pop(GUEST_KEY, False):
        _record(request, looked_at(request), now)


def _record(request: HttpRequest, item_ids: Iterable[int], now: datetime) -> None:
    who = me(request)
    views = [NewEvent(who, item, EventKind.VIEW, None, now, uuid4().hex) for item in item_ids]
    with suppress(Unavailable):  # the page they came for is worth more than the trace
        record_events(actor=request.user, events=views, now=now)
