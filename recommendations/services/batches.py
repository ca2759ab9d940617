"""How the recomputes go through many rows: by keyset, in batches, past what fails."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import compress
from typing import Any, NamedTuple, TypeVar

from django.db import DataError, IntegrityError, transaction
from django.db.models import Model, QuerySet

from recsys.lib.bulk import batched, insert_rows, upsert_rows

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=tuple[Any, ...])
Batch = TypeVar("Batch")
Made = TypeVar("Made")

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


def one_ahead(
    batches: Iterable[Batch], begin: Callable[[Batch], Callable[[], Made]]
) -> Iterator[tuple[Batch, Made]]:
    """Each batch with what is made of it, while its taker still stores the one before.

    `begin` reads what a batch needs, here and now; what it returns runs in a thread, and must
    leave the database alone. Waiting for the database costs this process nothing: so the two
    work side by side.
    """
    with ThreadPoolExecutor(1) as pool:
        before: list[tuple[Batch, Future[Made]]] = []
        for batch in batches:
            following = batch, pool.submit(begin(batch))
            yield from ((done, made.result()) for done, made in before)
            before = [following]
        yield from ((done, made.result()) for done, made in before)


def replace_rows(
    current: QuerySet[Any], columns: Mapping[str, Sequence[Any]], key: tuple[str, str]
) -> int:
    """Make `current` consist of the rows in `columns`; returns how many there are.

    Rows of the same `key` (two columns, unique together) are updated in place, so that two
    recomputes at once do not collide; those whose key is gone are deleted.
    """
    kept = list(zip(columns[key[0]], columns[key[1]], strict=True))
    known = {(one, other): pk for pk, one, other in current.values_list("pk", *key)}
    for pks in batched((known[pair] for pair in known.keys() - {*kept}), PKS_PER_DELETE):
        current.model.objects.filter(pk__in=pks).delete()
    is_new = [pair not in known for pair in kept]
    if any(is_new):
        _insert(current.model, _those(columns, is_new), key)
    if not all(is_new):
        there = [not new for new in is_new]
        upsert_rows(current.model, _those(columns, there), unique=key)
    return len(kept)


def _insert(
    model: type[Model], columns: Mapping[str, Sequence[Any]], key: tuple[str, str]
) -> None:
    try:
        with transaction.atomic():
            insert_rows(model, columns)
    except IntegrityError:  # somebody else stored one of them a moment ago
        upsert_rows(model, columns, unique=key)


def _those(columns: Mapping[str, Sequence[Any]], chosen: list[bool]) -> dict[str, list[Any]]:
    return {name: [*compress(column, chosen)] for name, column in columns.items()}
