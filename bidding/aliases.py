"""What the public calls a bidder."""

from base64 import b32encode

from django.utils.crypto import salted_hmac

LETTERS = 8


def alias_of(*, item_id: int, bidder_id: int) -> str:
    """The same person's name throughout one lot, and another in every other.

    Keyed by SECRET_KEY, so that nobody can try the ids of people until one fits.
    """
    digest = salted_hmac("bidding.alias", f"{item_id}:{bidder_id}", algorithm="sha256").digest()
    return f"bidder-{b32encode(digest)[:LETTERS].decode().lower()}"
