"""A list as bytes: 9 bytes an item, so that 200,000 lists of twenty stay under 100 MB."""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import starmap

from recommendations.data import Drawn, Ranked, Reason, SimilarityReason

MAGIC = b"R3"
"""Names this layout. An entry in another is no entry; reasons may only be added at the end."""

REASONS = [reason.value for reason in (*SimilarityReason, *Reason)]
_CODES = {reason: code for code, reason in enumerate(REASONS)}
_HEADER = struct.Struct("<2sdHHB")
_DRAWN = struct.Struct("<HdI")
"""Which place was drawn, with what chance, among how many; at the end, for those that were."""
NARROW, WIDE = 4, 8
_ID = {NARROW: "I", WIDE: "q"}
"""How ids are written, by their width in bytes: the narrow way while all of them fit."""
SCORES_PER_ONE = 1_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """What was computed, when, and by which model's version (empty: by the formulas)."""

    ranked: tuple[Ranked, ...]
    stored_at: datetime
    model: str = ""


def encode(entry: Entry) -> bytes:
    """Scores are kept to a millionth, between 0 and 4,294."""
    name, number = entry.model.encode(), len(entry.ranked)
    ids, scores, reasons, draws = zip(*entry.ranked, strict=True) if number else ((),) * 4
    width = NARROW if max(ids, default=0) < 1 << 32 else WIDE
    return b"".join(
        [
            _HEADER.pack(MAGIC, entry.stored_at.timestamp(), len(name), number, width),
            name,
            struct.pack(f"<{number}{_ID[width]}", *ids),
            struct.pack(f"<{number}I", *[round(score * SCORES_PER_ONE) for score in scores]),
            bytes(map(_CODES.__getitem__, reasons)),
            *(_DRAWN.pack(at, *drawn) for at, drawn in enumerate(draws) if drawn),
        ]
    )


def is_older(stored: object, than: float) -> bool:
    """Whether it was stored before that time (seconds since the epoch), or is no entry.

    Its first bytes tell: trimming a cache need not read the lists in it.
    """
    if not isinstance(stored, bytes) or not stored.startswith(MAGIC):
        return True
    return len(stored) < _HEADER.size or _HEADER.unpack_from(stored)[1] < than


def decode(stored: object) -> Entry | None:
    """The entry; nothing where the bytes are not one, whatever they are."""
    return _read(stored) if isinstance(stored, bytes) else None


@lru_cache(maxsize=64)
def _read(stored: bytes) -> Entry | None:
    """What is read over and over, as the popular list is with each personal one, is read once."""
    if not stored.startswith(MAGIC):
        return None
    try:
        _, seconds, name_length, number, width = _HEADER.unpack_from(stored)
        ids_at = _HEADER.size + name_length
        scores_at = ids_at + width * number
        reasons_at = scores_at + 4 * number
        ids = struct.unpack_from(f"<{number}{_ID[width]}", stored, ids_at)
        scores = struct.unpack_from(f"<{number}I", stored, scores_at)
        drawn_at = reasons_at + number
        reasons = [REASONS[code] for code in stored[reasons_at:drawn_at]]
        shares = [score / SCORES_PER_ONE for score in scores]
        ranked = list(starmap(Ranked, zip(ids, shares, reasons, strict=True)))
        for at, *drawn in _DRAWN.iter_unpack(stored[drawn_at:]):
            ranked[at] = ranked[at]._replace(drawn=Drawn(*drawn))
        model = stored[_HEADER.size : ids_at].decode()
        return Entry(tuple(ranked), datetime.fromtimestamp(seconds, UTC), model)
    except (struct.error, LookupError, ValueError, OverflowError):
        return None
