"""What the public calls a bidder."""

from base64 import b32encode
from functools import lru_cache

from django.conf import settings
from django.utils.crypto import salted_hmac

LETTERS = 8
ALIASES_KEPT = 10_000


def alias_of(*, item_id: int, bidder_id: int) -> str:
    """The same person's name throughout one lot, and another in every other.

    Keyed by SECRET_KEY, so that nobody can try the ids of people until one fits.
    """
    return _alias(item_id, bidder_id, settings.SECRET_KEY)


@lru_cache(maxsize=ALIASES_KEPT)
def _alias(item_id: int, bidder_id: int, secret: str) -> str:
    said = f"{item_id}:{bidder_id}"
    digest = salted_hmac("bidding.alias", said, secret, algorithm="sha256").digest()
    return f"bidder-{b32encode(digest)[:LETTERS].decode().lower()}"
