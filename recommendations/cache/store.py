"""Look up, store, drop. A cache that does not answer is a cache that has nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings

from recommendations.cache import memory
from recommendations.cache.backend import backend
from recommendations.cache.counters import count
from recommendations.cache.entries import Entry, decode, encode, is_older
from recommendations.data import Family
from recsys.lib.caches import going_on_without_it

FRESH_FOR = timedelta(hours=24)
REFRESH_CLAIM_SECONDS = 300
COMPUTATION_CLAIM_SECONDS = 10
A_DAY = 86_400
MARK = "outdated:"
KEYS_AT_ONCE = 1000

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Key:
    """Names one entry: a family and, but for the one `popular`, an item's or a person's id."""

    family: Family
    id: int | None = None

    def __str__(self) -> str:
        return self.family.value if self.id is None else f"{self.family.value}:{self.id}"


class Freshness(StrEnum):
    FRESH = "fresh"
    STALE = "stale"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Hit:
    entry: Entry | None
    freshness: Freshness


MISS = Hit(None, Freshness.MISSING)
NOTHING: dict[str, object] = {}


def _or_else(
    fallback: Answer,
) -> Callable[[Callable[Arguments, Answer]], Callable[Arguments, Answer]]:
    """Answer `fallback` when the cache is away or switched off; log it, never show it."""

    def decorate(function: Callable[Arguments, Answer]) -> Callable[Arguments, Answer]:
        @wraps(function)
        def guarded(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
            if not settings.RECSYS_CACHE_ENABLED:
                return fallback
            with going_on_without_it():
                return function(*args, **kwargs)
            return fallback

        return guarded

    return decorate


def lookup(
    keys: Sequence[Key], *, now: datetime, max_age: timedelta = FRESH_FOR
) -> dict[Key, Hit]:
    """What is kept under `keys`, all in one go: stale from `max_age` on, or once `outdate`d."""
    marks = {key.family: _mark(key.family) for key in keys}
    stored = _read((*map(str, keys), *marks.values()))
    hits = {}
    for key in keys:
        outdated_at = stored.get(marks[key.family])
        oldest = now - max_age
        if isinstance(outdated_at, datetime):
            oldest = max(oldest, outdated_at)
        hits[key] = _hit(decode(stored.get(str(key))), oldest)
        count(key.family, hits[key].freshness)
    return hits


@_or_else(NOTHING)
def _read(names: tuple[str, ...]) -> dict[str, object]:
    """The values under these names; what a moment ago was read for everybody, from memory."""
    known = memory.recall(names)
    asked = [name for name in names if name not in known]
    if not asked:
        return known
    found = backend().get_many(asked)
    memory.remember({name: found.get(name) for name in asked if _is_to_remember(name, found)})
    return known | found


def _is_to_remember(name: str, found: Mapping[str, object]) -> bool:
    """What is everybody's, if it is there; of a mark also that it is not."""
    return name.startswith(MARK) or (name in found and not name.startswith(Family.HOME.value))


def find(key: Key) -> Entry | None:
    """What is kept under `key`, of whatever age; not counted as a look-up."""
    return decode(_read((str(key),)).get(str(key)))


@_or_else(None)
def outdate(families: Iterable[Family], now: datetime) -> None:
    """What these families hold is stale from now on: served as before, and refreshed when seen."""
    marks = {_mark(family): now for family in families}
    backend().set_many(marks, FRESH_FOR.total_seconds())
    memory.forget(marks)


def _mark(family: Family) -> str:
    return f"{MARK}{family.value}"


def _hit(entry: Entry | None, oldest_fresh: datetime) -> Hit:
    if entry is None:
        return MISS
    return Hit(entry, Freshness.FRESH if entry.stored_at > oldest_fresh else Freshness.STALE)


@_or_else(None)
def store(family: Family, entries: Mapping[int | None, Entry]) -> None:
    """Keep `entries` by item or person id (`None` for the one popular list), in bulk."""
    values = {str(Key(family, owner)): encode(entry) for owner, entry in entries.items()}
    backend().set_many(values)
    memory.forget(values)


@_or_else(None)
def drop(keys: Iterable[Key]) -> None:
    _delete([str(key) for key in keys])


def _delete(names: list[str]) -> None:
    backend().delete_many(names)
    memory.forget(names)


@_or_else(False)
def claim_refresh(key: Key) -> bool:
    """True for the first of many callers within five minutes: theirs is the refresh to queue."""
    return backend().add(f"refresh:{key}", 1, REFRESH_CLAIM_SECONDS)


@_or_else(None)
def release_refresh(key: Key) -> None:
    """The refresh is done: the next time the entry turns stale, somebody may claim it at once."""
    backend().delete(f"refresh:{key}")


@_or_else(True)
def claim_note(key: Key, what: str) -> bool:
    """True for the first within a day to note this of the list; for all where nothing is kept."""
    return backend().add(f"noted:{key}:{what}", 1, A_DAY)


@_or_else(True)
def claim_computation(key: Key) -> bool:
    """True for one of many who miss the entry at once; for all of them where nothing is kept."""
    return backend().add(f"computing:{key}", 1, COMPUTATION_CLAIM_SECONDS)


@_or_else(None)
def release_computation(key: Key) -> None:
    backend().delete(f"computing:{key}")


@_or_else(0)
def clear(keys: Iterable[Key]) -> int:
    """Drop every entry of `keys` that exists; how many did."""
    return sum(_drop_where(keys, lambda _: True))


@_or_else(0)
def evict_older(keys: Iterable[Key], than: datetime) -> int:
    """Drop entries stored before `than`, and what is no entry; how many were dropped."""
    oldest = than.timestamp()
    return sum(_drop_where(keys, lambda stored: is_older(stored, oldest)))


def _drop_where(keys: Iterable[Key], condition: Callable[[object], bool]) -> Iterable[int]:
    for stored in walk(keys):
        dropped = [name for name, value in stored.items() if condition(value)]
        _delete(dropped)
        yield len(dropped)


def walk(keys: Iterable[Key]) -> Iterable[dict[str, object]]:
    """What exists of `keys`, a thousand at a time: works on any backend, unlike listing keys."""
    names: list[str] = []
    for key in keys:
        names.append(str(key))
        if len(names) == KEYS_AT_ONCE:
            yield backend().get_many(names)
            names = []
    if names:
        yield backend().get_many(names)
