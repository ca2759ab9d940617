"""Keeping the recommendation cache: how it is doing, filled ahead of time, emptied, trimmed."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

from django.db.models import QuerySet

from accounts.queries import all_users
from inventory.queries import all_items
from recommendations import cache
from recommendations.cache import FRESH_FOR, Entry, FamilyStatistics, Key
from recommendations.data import Family, Ranked
from recommendations.queries import stored_recommendations, stored_similarities
from recommendations.services.keeping import Made, entry_of
from recommendations.services.lists import refresh_list
from recsys.lib.bulk import keyset_batches
from recsys.lib.caches import refusing_without_it
from recsys.lib.commands import Progress, no_progress
from recsys.lib.errors import InvalidInput

__all__ = ["cache_statistics", "clear_cache", "evict_stale_cache", "warm_cache"]

IDS_AT_ONCE = 2_000


def all_keys(family: Family) -> Iterator[Key]:
    """Every key there could be: the key space is what is known of items and people."""
    match family:
        case Family.SIMILAR:
            return _keys(family, all_items())
        case Family.HOME:
            return _keys(family, all_users())
    return iter([Key(family)])


def _keys(family: Family, owners: QuerySet[Any]) -> Iterator[Key]:
    for batch in keyset_batches(owners.values_list("pk"), IDS_AT_ONCE):
        yield from (Key(family, owner) for (owner,) in batch)


def cache_statistics() -> dict[Family, FamilyStatistics]:
    """Entries, bytes and the last day's look-ups of each family. Unavailable: cache is away."""
    with refusing_without_it("The cache does not answer."):
        return {family: cache.family_statistics(family, all_keys(family)) for family in Family}


def clear_cache(*, family: str | None = None, list_id: int | None = None) -> int:
    """Drop one entry, a family, or everything; how many entries there were.

    InvalidInput: no such family, or an id without one.
    """
    if family is None:
        if list_id is not None:
            raise InvalidInput(
                "Name the family the key belongs to.", fields={"family": ["Required."]}
            )
        return sum(cache.clear(all_keys(each)) for each in Family)
    if family not in Family.values:
        raise InvalidInput(
            f"There is no family {family}; there are {', '.join(Family.values)}.",
            fields={"family": ["Unknown."]},
        )
    chosen = Family(family)
    keys = all_keys(chosen) if list_id is None else [Key(chosen, list_id)]
    return cache.clear(keys)


def evict_stale_cache(*, now: datetime, progress: Progress = no_progress) -> dict[str, Any]:
    """Drop what is older than a day: people and items nobody asked for since.

    Report: evicted (entries), failed (always 0).
    """
    evicted = 0
    for done, family in enumerate(Family, start=1):
        evicted += cache.evict_older(all_keys(family), now - FRESH_FOR)
        progress(done, len(Family))
    return {"evicted": evicted, "failed": 0}


def warm_cache(*, now: datetime, progress: Progress = no_progress) -> dict[str, Any]:
    """Fill the cache from what the jobs stored, as old as it is there; compute the popular list.

    Report: entries by family, failed (always 0).
    """
    refresh_list(key=Key(Family.POPULAR), now=now)
    total = all_items().count() + all_users().count()
    warmed, done = Counter({Family.POPULAR: 1}), 0
    for family, owners, stored in (
        (Family.SIMILAR, all_items(), stored_similarities),
        (Family.HOME, all_users(), stored_recommendations),
    ):
        for batch in keyset_batches(owners.values_list("pk"), IDS_AT_ONCE):
            entries = _entries(stored(batch[0][0], batch[-1][0]))
            cache.store(family, entries)
            warmed[family] += len(entries)
            done += len(batch)
            progress(done, total)
    return {family.value: warmed[family] for family in Family} | {"failed": 0}


def _entries(rows: Iterable[tuple[Any, ...]]) -> dict[int | None, Entry]:
    """By owner, from (owner, item, score, reason, computed at) in each owner's order."""
    entries: dict[int | None, Entry] = {}
    for owner, places in groupby(rows, itemgetter(0)):
        listed = list(places)
        ranked = [Ranked(item, score, reason) for _, item, score, reason, _ in listed]
        entries[owner] = entry_of(Made(ranked), min(computed_at for *_, computed_at in listed))
    return entries
