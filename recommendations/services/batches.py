"""How the recomputes go through many rows: by keyset, in batches, past what fails."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import compress
from typing import Any, NamedTuple, TypeVar

import numpy as np
from django.db import DataError, IntegrityError, transaction
from django.db.models import Model, QuerySet
from numpy.typing import NDArray

from recommendations.engine.interactions import Ids
from recsys.lib.bulk import batched, insert_rows, upsert_rows
from recsys.lib.columns import read_columns

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
    pks, *known = read_columns(current, "pk", *key)
    is_kept, is_new = _compared(known, [columns[name] for name in key])
    for gone in batched(pks[~is_kept].tolist(), PKS_PER_DELETE):
        current.model.objects.filter(pk__in=gone).delete()
    if is_new.any():
        _insert(current.model, _those(columns, is_new), key)
    if not is_new.all():
        upsert_rows(current.model, _those(columns, ~is_new), unique=key)
    return is_new.size


def _compared(
    known: Sequence[Ids], kept: Sequence[Sequence[int]]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Of two lists of pairs, each as two columns: which known ones are kept, and which of those
    kept were not known."""
    ones, others = (
        np.unique(np.concatenate(column), return_inverse=True)[1]
        for column in zip(known, kept, strict=True)
    )
    pairs = ones * (others.max(initial=0) + 1) + others
    before, after = np.split(pairs, [len(known[0])])
    return np.isin(before, after), ~np.isin(after, before)


def _insert(
    model: type[Model], columns: Mapping[str, Sequence[Any]], key: tuple[str, str]
) -> None:
    try:
        with transaction.atomic():
            insert_rows(model, columns)
    except IntegrityError:  # somebody else stored one of them a moment ago
        upsert_rows(model, columns, unique=key)


def _those(
    columns: Mapping[str, Sequence[Any]], chosen: NDArray[np.bool_]
) -> dict[str, list[Any]]:
    places = chosen.tolist()
    return {name: [*compress(column, places)] for name, column in columns.items()}
