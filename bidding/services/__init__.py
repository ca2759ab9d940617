"""Public writes of bidding; one module per idea."""

from bidding.services.imports import (
    analyze_bids,
    close_imported_lots,
    import_bids,
    import_offers,
)

__all__ = ["analyze_bids", "close_imported_lots", "import_bids", "import_offers"]
