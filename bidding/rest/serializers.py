from typing import Any, ClassVar

from rest_framework import serializers

from bidding.aliases import alias_of
from bidding.data import Standing
from bidding.models import Bid, Order
from bidding.rules import LEAST


def money(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=12, decimal_places=2, **options)


class LotBidSerializer(serializers.ModelSerializer):
    """A bid as anybody sees it."""

    bidder = serializers.SerializerMethodField(
        help_text="An alias: the same throughout this lot, another in every other."
    )

    class Meta:
        model = Bid
        fields: ClassVar = ["amount", "created_at", "bidder"]
        read_only_fields: ClassVar = fields

    def get_bidder(self, bid: Bid) -> str:
        return alias_of(item_id=bid.item_id, bidder_id=bid.bidder_id)


class OwnBidSerializer(serializers.ModelSerializer):
    """A bid as its bidder sees it, with how its lot stands."""

    standing = serializers.ChoiceField(Standing.choices)
    maximum = money(allow_null=True, help_text="Up to which the caller is bid for on this lot.")
    current_price = money(source="item.current_price")
    end_at = serializers.DateTimeField(source="item.end_at", allow_null=True)
    auction_status = serializers.CharField(source="item.auction_status", allow_null=True)

    class Meta:
        model = Bid
        fields: ClassVar = [
            "id",
            "item",
            "amount",
            "kind",
            "created_at",
            "standing",
            "maximum",
            "current_price",
            "end_at",
            "auction_status",
        ]
        read_only_fields: ClassVar = ["id", "item", "amount", "kind", "created_at"]


class BidWriteSerializer(serializers.Serializer):
    amount = money(
        min_value=LEAST,
        required=False,
        help_text="At least the minimum; that is bid where only a maximum is given.",
    )
    maximum = money(
        min_value=LEAST,
        required=False,
        help_text="Further bids are placed up to this. It is shown to nobody else.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs:
            raise serializers.ValidationError({"amount": ["This field is required."]})
        return attrs


class BidResultSerializer(serializers.Serializer):
    """How the lot stands after a bid."""

    item = serializers.IntegerField()
    amount = money(allow_null=True, help_text="Null where only the maximum changed.")
    standing = serializers.ChoiceField(Standing.choices)
    created_at = serializers.DateTimeField()
    current_price = money()
    minimum_bid = money(help_text="The least amount accepted next.")
    end_at = serializers.DateTimeField(allow_null=True)


class OrderSerializer(serializers.ModelSerializer):
    class Meta:
        model = Order
        fields: ClassVar = ["id", "item", "buyer", "amount", "status", "created_at"]
        read_only_fields: ClassVar = fields
