"""How the recomputes go through many rows: by keyset, in batches, past what fails."""

import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from django.db import DataError, IntegrityError, transaction
from django.db.models import Model, QuerySet

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=tuple[Any, ...])

ROW_ERRORS = (IntegrityError, DataError)
"""What is a row's own fault: it points at something deleted meanwhile, or a value does not fit.
Anything else (a lost connection, a bug) stops the work: going on would only fail again."""

PKS_PER_DELETE = 500


class Outcome(NamedTuple):
    done: int = 0
    """Rows worked through."""
    written: int = 0
    failed: int = 0

    def plus(self, other: "Outcome") -> "Outcome":
        return Outcome(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def keyset_batches(
    rows: QuerySet[Any], size: int, *fields: str
) -> Iterator[list[tuple[Any, ...]]]:
    """Tuples of `rows` by ascending primary key, which must be the first of `fields`."""
    rows, after = rows.order_by("pk"), 0
    while batch := list(rows.filter(pk__gt=after).values_list(*fields)[:size]):
        yield batch
        after = batch[-1][0]


def attempt(batch: Sequence[Row], work: Callable[[Sequence[Row]], int]) -> Outcome:
    """Do `work` for the batch; should a row of it fail, for each half, until that one is alone.

    `work` writes atomically and returns how many rows it wrote. A row that fails is logged,
    counted and skipped; the others lose nothing by it.
    """
    try:
        with transaction.atomic():
            return Outcome(len(batch), written=work(batch))
    except ROW_ERRORS:
        if len(batch) == 1:
            logger.exception("skipped %s", batch[0][0])
            return Outcome(1, failed=1)
    middle = len(batch) // 2
    return attempt(batch[:middle], work).plus(attempt(batch[middle:], work))


def replace_rows(current: QuerySet[Any], rows: Sequence[Model], key: tuple[str, str]) -> int:
    """Make `current` consist of `rows`; returns how many there are.

    Rows of the same `key` (two attribute names, unique together) are updated in place, so that
    two recomputes at once do not collide; those whose key is gone are deleted.
    """
    kept = {(getattr(row, key[0]), getattr(row, key[1])) for row in rows}
    gone = [pk for pk, *pair in current.values_list("pk", *key) if tuple(pair) not in kept]
    for start in range(0, len(gone), PKS_PER_DELETE):
        current.model.objects.filter(pk__in=gone[start : start + PKS_PER_DELETE]).delete()
    others = [
        field.name
        for field in current.model._meta.concrete_fields
        if not field.primary_key and field.attname not in key
    ]
    current.model.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=key, update_fields=others
    )
    return len(rows)
