"""A list as bytes: 13 bytes an item, so that 200,000 lists of twenty stay under 100 MB."""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from recommendations.data import Ranked, Reason, SimilarityReason

MAGIC = b"R2"
"""Names this layout. An entry in another is no entry; reasons may only be added at the end."""

REASONS = [reason.value for reason in (*SimilarityReason, *Reason)]
_CODES = {reason: code for code, reason in enumerate(REASONS)}
_HEADER = struct.Struct("<2sdHH")
SCORES_PER_ONE = 1_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What was computed, when, and by which model's version (empty: by the formulas)."""

    ranked: tuple[Ranked, ...]
    stored_at: datetime
    model: str = ""


def encode(entry: Entry) -> bytes:
    """Scores are kept to a millionth, between 0 and 4,294."""
    name, ranked = entry.model.encode(), entry.ranked
    number = len(ranked)
    return b"".join(
        [
            _HEADER.pack(MAGIC, entry.stored_at.timestamp(), len(name), number),
            name,
            struct.pack(f"<{number}q", *(place.item_id for place in ranked)),
            struct.pack(f"<{number}I", *(round(place.score * SCORES_PER_ONE) for place in ranked)),
            bytes(_CODES[place.reason] for place in ranked),
        ]
    )


def decode(stored: object) -> Entry | None:
    """The entry; nothing where the bytes are not one, whatever they are."""
    return _read(stored) if isinstance(stored, bytes) else None


@lru_cache(maxsize=64)
def _read(stored: bytes) -> Entry | None:
    """What is read over and over, as the popular list is with each personal one, is read once."""
    if not stored.startswith(MAGIC):
        return None
    try:
        _, seconds, name_length, number = _HEADER.unpack_from(stored)
        ids_at = _HEADER.size + name_length
        ids = struct.unpack_from(f"<{number}q", stored, ids_at)
        scores = struct.unpack_from(f"<{number}I", stored, ids_at + 8 * number)
        reasons = [REASONS[code] for code in stored[ids_at + 12 * number :]]
        shares = [score / SCORES_PER_ONE for score in scores]
        ranked = tuple(map(Ranked._make, zip(ids, shares, reasons, strict=True)))
        model = stored[_HEADER.size : ids_at].decode()
        return Entry(ranked, datetime.fromtimestamp(seconds, UTC), model)
    except (struct.error, IndexError, ValueError, OverflowError):
        return None
