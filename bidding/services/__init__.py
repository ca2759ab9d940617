"""Public writes of bidding; one module per idea."""

from bidding.services.auctions_import import AuctionsReport, import_auctions
from bidding.services.bids import buy_now, place_bid
from bidding.services.closing import close_due_auctions
from bidding.services.imports import (
    analyze_bids,
    close_imported_lots,
    import_bids,
    import_offers,
)
from bidding.services.turns import bid_offer

__all__ = [
    "AuctionsReport",
    "analyze_bids",
    "bid_offer",
    "buy_now",
    "close_due_auctions",
    "close_imported_lots",
    "import_auctions",
    "import_bids",
    "import_offers",
    "place_bid",
]
