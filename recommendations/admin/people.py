"""A person in the console: what they are taken to want, what they are shown, and why."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from recommendations.data import REASON_WORDS
from recommendations.models import UserInterest
from recommendations.queries import user_interests
from recommendations.serving import MadeOf, Request, explain, home_list, places_made_of
from recsys.lib.access import policy_of, readable_by
from recsys.lib.console import adds_action, asks_first, panel
from recsys.lib.errors import DomainError, NotAllowed
from recsys.lib.jobs.models import Job
from recsys.lib.jobs.services import enqueue

LENGTH = 20
ASKED = "why"
"""The query's name of the item somebody asks about."""


def check_may_enqueue(request: HttpRequest) -> None:
    if not policy_of(Job).may_create(request.user):
        raise NotAllowed("You may not start jobs.")


@adds_action("accounts.User")
@asks_first(
    description="Recompute interests and recommendations",
    question="A job for each of these people works out anew what they want, and what they are "
    "shown. Recompute?",
    done="Asked for a recompute",
)
def recompute_people(_admin: Any, request: HttpRequest, user: Any) -> None:
    """The recommendations follow the interests by themselves."""
    check_may_enqueue(request)
    enqueue("refresh_user_interests", user_id=user.pk)


@panel("accounts.User", title="Interests", template="console/interests.html")
def interests(request: HttpRequest, user: Any) -> dict[str, Any]:
    stored = readable_by(request.user, user_interests(user.pk)).select_related("category")
    bars = [
        {
            "name": interest.category.name,
            "percent": round(100 * interest.score),
            "interactions": interest.interaction_count,
            "last": interest.last_interaction_at,
        }
        for interest in stored
    ]
    computed_at = max((interest.computed_at for interest in stored), default=None)
    return {"bars": bars, "computed_at": computed_at}


@panel("accounts.User", title="Recommendations", template="console/recommendations.html")
def recommendations(request: HttpRequest, user: Any) -> dict[str, Any] | None:
    """The list as the person is served it at this moment, with what each score consists of."""
    if not policy_of(UserInterest).may_create(request.user):
        return None
    answer = home_list(Request(now=timezone.now(), limit=LENGTH, user_id=user.pk))
    made_of = places_made_of(answer, answer.places, user.pk)
    columns = list(next(iter(made_of.values())).amounts) if made_of else []
    places = [
        {
            "rank": served.rank,
            "item_id": served.candidate.item_id,
            "title": served.row["title"],
            "score": served.candidate.score,
            "reason": REASON_WORDS[served.candidate.reason],
            "source": served.candidate.source,
            "amounts": _amounts(made_of.get(served.candidate.item_id), columns),
        }
        for served in answer.places
    ]
    return {"places": places, "answer": answer, "columns": columns}


def _amounts(made_of: MadeOf | None, columns: list[str]) -> list[float | None]:
    return [None if made_of is None else made_of.amounts[name] for name in columns]


@panel("accounts.User", title="Why this, why not that", template="console/why.html")
def why(request: HttpRequest, user: Any) -> dict[str, Any] | None:
    """Asked of any item by its id: its place and reason, or what keeps it out of the list."""
    if not policy_of(UserInterest).may_create(request.user):
        return None
    asked = request.GET.get(ASKED, "").strip()
    return {"name": ASKED, "asked": asked, **(_answer(request, user, asked) if asked else {})}


def _answer(request: HttpRequest, user: Any, asked: str) -> dict[str, Any]:
    if not (asked.isascii() and asked.isdigit()):
        return {"refusal": "An item is asked for by its number."}
    wanted = Request(now=timezone.now(), limit=LENGTH, user_id=user.pk)
    try:
        return {"explanation": explain(int(asked), wanted, actor=request.user)}
    except DomainError as refusal:
        return {"refusal": refusal.detail}
