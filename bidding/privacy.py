"""What bidding stores about a person. It outlives their account, without their name."""

from bidding.models import Bid, Order
from recsys.lib.privacy import Holding, hold, keep_under_alias

hold(
    Holding(Bid, "bidder", "bids", erase=keep_under_alias("bidder")),
    Holding(Order, "buyer", "orders", erase=keep_under_alias("buyer")),
)
