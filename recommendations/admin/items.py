"""An item in the console: what resembles it, and how many people it speaks to."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from recommendations.admin.people import check_may_enqueue
from recommendations.data import REASON_WORDS
from recommendations.queries import audience_of
from recommendations.serving import Request, similar_list
from recsys.lib.console import adds_action, asks_first, panel
from recsys.lib.jobs.services import enqueue

LENGTH = 12


@adds_action("inventory.Item")
@asks_first(
    description="Recompute what resembles it",
    question="A job for each of these items looks anew for what resembles it. Recompute?",
    done="Asked for a recompute",
)
def recompute_items(_admin: Any, request: HttpRequest, item: Any) -> None:
    check_may_enqueue(request)
    enqueue("compute_item_similarities", item_id=item.pk)


@panel("inventory.Item", title="Who is interested", template="console/audience.html")
def audience(_request: HttpRequest, item: Any) -> dict[str, Any]:
    """Numbers, not names: who watches what is nobody else's business."""
    return {"audience": audience_of(item.pk, category_id=item.category_id)}


@panel("inventory.Item", title="Similar items", template="console/similar.html")
def similar(request: HttpRequest, item: Any) -> dict[str, Any]:
    """As they are served beside it at this moment."""
    wanted = Request(now=timezone.now(), limit=LENGTH)
    answer = similar_list(item.pk, wanted, actor=request.user)
    places = [
        {
            "item_id": served.candidate.item_id,
            "title": served.row["title"],
            "score": served.candidate.score,
            "reason": REASON_WORDS[served.candidate.reason],
            "source": served.candidate.source,
        }
        for served in answer.places
    ]
    return {"places": places, "answer": answer}
