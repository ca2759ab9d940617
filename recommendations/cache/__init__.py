"""The recommendation cache: the only code that touches it (contract section 4).

Three families of entries, `similar` (by item), `popular` (one) and `home` (by person), in a Django
cache backend of its own alias. An entry holds ids, scores and reasons, never rendered items: items
are read fresh, and checked again, at every answer.
"""

from recommendations.cache.counters import count, flush_counts
from recommendations.cache.entries import Entry
from recommendations.cache.statistics import FamilyStatistics, family_statistics, read_counts
from recommendations.cache.store import (
    FRESH_FOR,
    Freshness,
    Hit,
    Key,
    claim_computation,
    claim_note,
    claim_refresh,
    clear,
    drop,
    evict_older,
    find,
    lookup,
    outdate,
    release_computation,
    release_refresh,
    store,
)

__all__ = [
    "FRESH_FOR",
    "Entry",
    "FamilyStatistics",
    "Freshness",
    "Hit",
    "Key",
    "claim_computation",
    "claim_note",
    "claim_refresh",
    "clear",
    "count",
    "drop",
    "evict_older",
    "family_statistics",
    "find",
    "flush_counts",
    "lookup",
    "outdate",
    "read_counts",
    "release_computation",
    "release_refresh",
    "store",
]
