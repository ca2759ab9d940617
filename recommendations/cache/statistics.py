"""How full the cache is, and how often it knew the answer."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from recommendations.cache.backend import backend
from recommendations.cache.counters import counter_key, current_hour, flush_counts
from recommendations.cache.store import Freshness, Key, walk
from recommendations.data import Family
from recsys.lib.caches import cache_errors

HOURS = 24


@dataclass(frozen=True, slots=True)
class FamilyStatistics:
    """Entries and their approximate bytes (keys and values); look-ups over the last day."""

    entries: int
    bytes: int
    hits: int
    stale_hits: int
    misses: int

    @property
    def hit_rate(self) -> float | None:
        """Look-ups that found an entry, fresh or stale, of all; unknown before the first."""
        total = self.hits + self.stale_hits + self.misses
        return (self.hits + self.stale_hits) / total if total else None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"hit_rate": self.hit_rate}


def family_statistics(family: Family, keys: Iterable[Key]) -> FamilyStatistics:
    """Walks all possible `keys` of the family, so it works on every backend."""
    entries = size = 0
    for stored in walk(keys):
        entries += len(stored)
        size += sum(
            len(name) + len(value) for name, value in stored.items() if isinstance(value, bytes)
        )
    outcomes = read_counts(family)
    return FamilyStatistics(
        entries=entries,
        bytes=size,
        hits=outcomes[Freshness.FRESH],
        stale_hits=outcomes[Freshness.STALE],
        misses=outcomes[Freshness.MISSING],
    )


def read_counts(family: Family) -> dict[Freshness, int]:
    """Look-ups of the last 24 hours by outcome, over all processes; zero if the cache is away."""
    flush_counts()
    hours = range(current_hour() - HOURS + 1, current_hour() + 1)
    keys = {
        outcome: [counter_key(family, outcome, hour) for hour in hours] for outcome in Freshness
    }
    try:
        totals = backend().get_many([key for some in keys.values() for key in some])
    except cache_errors():
        totals = {}
    return {outcome: sum(totals.get(key, 0) for key in some) for outcome, some in keys.items()}
