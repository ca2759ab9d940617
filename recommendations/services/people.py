"""Whom the hourly recomputes are for."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from django.conf import settings

from accounts.queries import get_user, list_active_users
from recommendations.services.batches import Outcome, attempt
from recommendations.weights import active_window
from recsys.lib.bulk import keyset_batches
from recsys.lib.commands import Progress

PersonBatch = Sequence[tuple[int]]


def for_people(
    work: Callable[[PersonBatch], int],
    *,
    now: datetime,
    user_id: int | None,
    progress: Progress,
) -> Outcome:
    """Do `work` for the people active lately, a batch at a time, or for one person alone."""
    total, batches = people_in_batches(now=now, user_id=user_id)
    outcome = Outcome()
    for batch in batches:
        outcome = outcome.plus(attempt(batch, work))
        progress(outcome.done, total)
    return outcome


def people_in_batches(*, now: datetime, user_id: int | None) -> tuple[int, Iterable[PersonBatch]]:
    """How many they are, and their ids in batches: those active lately, or one person alone."""
    return _active(now) if user_id is None else _one(user_id)


def _one(user_id: int) -> tuple[int, Iterable[PersonBatch]]:
    return 1, [[(get_user(user_id).pk,)]]


def _active(now: datetime) -> tuple[int, Iterable[PersonBatch]]:
    people = list_active_users(since=now - active_window())
    return people.count(), keyset_batches(
        people.values_list("pk"), settings.RECSYS_PEOPLE_PER_BATCH
    )
