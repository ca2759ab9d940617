"""One key, one effect: claim the key, do the work, and store its answer with it.

The answer is stored in the transaction that does the work, on the condition that the claim still
holds. So a crash leaves either both or neither, and a request that outlived its lease undoes
itself rather than happen twice.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from recsys.lib.access import Actor
from recsys.lib.errors import Conflict, Unprocessable
from recsys.lib.idempotency.models import IdempotencyKey

__all__ = ["Answer", "Claim", "claim_key", "prune_idempotency_keys", "release_key", "store_answer"]

LEASE = timedelta(seconds=60)
KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Answer:
    """What was answered: the status, and the body as it went out."""

    status: int
    body: str


@dataclass(frozen=True)
class Claim:
    """The right to do the work, as long as nobody else has taken the key over."""

    key_id: int
    lease_until: datetime


def claim_key(*, actor: Actor, key: str, fingerprint: str, now: datetime) -> Claim | Answer:
    """Claim `key` for a request of this `fingerprint`, or learn what it was answered.

    Raises Unprocessable if the key was used for another request, Conflict while that is in flight.
    """
    lease_until = now + LEASE
    try:
        with transaction.atomic():
            row = IdempotencyKey.objects.create(
                caller_id=actor.pk, key=key, fingerprint=fingerprint, lease_until=lease_until
            )
        return Claim(row.pk, lease_until)
    except IntegrityError:
        sent_before = IdempotencyKey.objects.filter(caller=actor.pk, key=key).first()
        return _claim_again(sent_before, fingerprint, now)


def _claim_again(row: IdempotencyKey | None, fingerprint: str, now: datetime) -> Claim | Answer:
    if row is None:  # released this very moment
        raise _in_flight()
    if row.fingerprint != fingerprint:
        raise Unprocessable(
            "This Idempotency-Key was sent with another request.", code="idempotency_key_reused"
        )
    if row.status is not None:
        return Answer(row.status, row.body)
    taken = _held(row.pk, row.lease_until).filter(lease_until__lte=now)
    if taken.update(lease_until=now + LEASE):
        return Claim(row.pk, now + LEASE)
    raise _in_flight()


def store_answer(claim: Claim, answer: Answer) -> None:
    """Keep the answer for repeats; Conflict, to undo the work, if the claim was lost meanwhile."""
    kept = _held(claim.key_id, claim.lease_until).update(status=answer.status, body=answer.body)
    if not kept:
        raise _in_flight()


def release_key(claim: Claim) -> None:
    """Give the key back after a request that stored nothing."""
    _held(claim.key_id, claim.lease_until).delete()


def prune_idempotency_keys(*, now: datetime) -> int:
    """Forget keys older than a day; how many there were."""
    deleted, _ = IdempotencyKey.objects.filter(created_at__lt=now - KEPT).delete()
    return deleted


def _held(key_id: int, lease_until: datetime) -> Any:
    return IdempotencyKey.objects.filter(pk=key_id, lease_until=lease_until, status=None)


def _in_flight() -> Conflict:
    return Conflict(
        "A request with this Idempotency-Key is still at work.",
        code="idempotency_key_in_flight",
        retry_after=1,
    )
