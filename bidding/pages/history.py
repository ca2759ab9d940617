"""A lot's bids as its page shows them."""

from datetime import datetime
from functools import lru_cache

from django.utils.safestring import SafeString

from bidding.data import ShownBid
from recsys.lib.pages.templates import draw

HISTORIES_KEPT = 1_000
"""In each process; one is about 1 KB."""


@lru_cache(maxsize=HISTORIES_KEPT)
def draw_bids(bids: tuple[ShownBid, ...], minute: datetime) -> SafeString:
    """Drawn once a minute: what is said of them is how long ago they were."""
    return draw("components/bids.html", bids=bids, minute=minute)
