"""What bidding stores about a person.

Bids and orders outlive their account, without their name; what they would have bid does not.
"""

from bidding.models import Bid, Order, ProxyBid
from recsys.lib.privacy import Holding, hold, keep_under_alias

hold(
    Holding(Bid, "bidder", "bids", erase=keep_under_alias("bidder")),
    Holding(ProxyBid, "bidder", "proxy bids"),
    Holding(Order, "buyer", "orders", erase=keep_under_alias("buyer")),
)
