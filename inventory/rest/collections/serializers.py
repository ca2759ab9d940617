"""Watchlists and bags on the wire."""

from rest_framework import serializers

from inventory.models import Item, WatchlistItem

MAX_ID = 2**63 - 1


class ItemCardSerializer(serializers.ModelSerializer):
    """What a list shows of an item."""

    class Meta:
        model = Item
        fields = [
            "id",
            "kind",
            "title",
            "slug",
            "current_price",
            "bid_count",
            "watcher_count",
            "end_at",
            "auction_status",
        ]
        read_only_fields = fields


CARD_FIELDS = ItemCardSerializer.Meta.fields


class ItemIdField(serializers.IntegerField):
    """The id of an item; whether the caller may see that item is for the service to say."""

    def __init__(self, **options):
        super().__init__(min_value=1, max_value=MAX_ID, **options)


class WatchlistReadSerializer(serializers.ModelSerializer):
    item = serializers.IntegerField(source="item_id")
    card = ItemCardSerializer(
        allow_null=True, help_text="The item; null if it may no longer be seen."
    )

    class Meta:
        model = WatchlistItem
        fields = ["item", "created_at", "card"]
        read_only_fields = fields


class WatchlistWriteSerializer(serializers.Serializer):
    item = ItemIdField()
