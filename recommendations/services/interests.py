"""What each person wants, recomputed from what they did lately."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from recommendations.models import UserInterest
from recommendations.queries import muted_categories, user_bids, user_watchlist
from recommendations.scoring.interest import Interest, user_interests
from recommendations.services.batches import replace_rows
from recommendations.services.people import for_people
from recommendations.weights import interest_weights
from recsys.lib.bulk import upsert_rows
from recsys.lib.commands import Progress, no_progress

__all__ = ["compute_user_interests", "refresh_user_interests", "upsert_user_interests"]

KEY = ("user_id", "category_id")


def compute_user_interests(user_ids: Sequence[int], *, now: datetime) -> list[Interest]:
    """These people's interests as of `now`, each person's best first; nothing is stored.

    What somebody did in a category they muted counts for nothing.
    """
    weights = interest_weights()
    since = now - weights.window
    muted = muted_categories(user_ids)
    bids, watches = (
        (did for did in interactions if did[:2] not in muted)
        for interactions in (user_bids(user_ids, since), user_watchlist(user_ids, since))
    )
    return user_interests(bids, watches, now=now, weights=weights)


def refresh_user_interests(
    *, now: datetime, user_id: int | None = None, progress: Progress = no_progress
) -> dict[str, Any]:
    """Store the interests of the people active lately, or of one person whenever they came.

    What no longer holds is deleted. Other people's rows are not touched: who does not come back
    is not recomputed. NotFound for an unknown `user_id`.
    Report: people, interests (rows stored), failed (people skipped).
    """
    outcome = for_people(partial(_refresh, now=now), now=now, user_id=user_id, progress=progress)
    return {"people": outcome.done, "interests": outcome.written, "failed": outcome.failed}


@transaction.atomic
def upsert_user_interests(interests: Sequence[Interest], *, now: datetime) -> None:
    """Store these interests as computed at `now`, each in place of what its person had there.

    No person and category twice. IntegrityError for scores beyond 0–1 and unknown ids.
    """
    upsert_rows(UserInterest, _columns(interests, now), unique=KEY)


def _refresh(people: Sequence[tuple[int]], now: datetime) -> int:
    user_ids = [user_id for (user_id,) in people]
    interests = compute_user_interests(user_ids, now=now)
    current = UserInterest.objects.filter(user__in=user_ids)
    return replace_rows(current, _columns(interests, now), KEY)


def _columns(interests: Sequence[Interest], now: datetime) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {
        field: [getattr(interest, field) for interest in interests] for field in Interest._fields
    }
    return columns | {"computed_at": [now] * len(interests)}
