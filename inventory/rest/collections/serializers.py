"""Watchlists and bags on the wire."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inventory.data import MAX_QUANTITY, BagRole, Visibility
from inventory.models import Bag, BagEntry, Item, WatchlistItem

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


def valid(
    serializer_class: type[serializers.Serializer], data: Any, **options: Any
) -> dict[str, Any]:
    """`data` as the serializer reads it. Raises DRF's ValidationError."""
    body = serializer_class(data=data, **options)
    body.is_valid(raise_exception=True)
    return body.validated_data


CARD_FIELDS = ItemCardSerializer.Meta.fields


class IdField(serializers.IntegerField):
    """An id; whether the caller may see what it names is for the service to say."""

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
    item = IdField()


# --- Bags ---------------------------------------------------------------------------------------


class BagReadSerializer(serializers.ModelSerializer):
    entry_count = serializers.IntegerField()
    role = serializers.CharField(
        help_text="What the caller is to this bag: owner, editor, viewer, or a visitor."
    )

    class Meta:
        model = Bag
        fields = [
            "id",
            "owner",
            "name",
            "slug",
            "visibility",
            "created_at",
            "entry_count",
            "role",
        ]
        read_only_fields = fields


class BagWriteSerializer(serializers.ModelSerializer):
    class Meta:
        model = Bag
        fields = ["name", "visibility"]


class BagEntryReadSerializer(serializers.ModelSerializer):
    item = serializers.IntegerField(source="item_id")
    card = ItemCardSerializer(
        allow_null=True, help_text="The item; null if it may no longer be seen."
    )

    class Meta:
        model = BagEntry
        fields = ["item", "quantity", "added_at", "card"]
        read_only_fields = fields


class QuantityField(serializers.IntegerField):
    def __init__(self, **options):
        super().__init__(min_value=1, max_value=MAX_QUANTITY, **options)


class BagEntryWriteSerializer(serializers.Serializer):
    quantity = QuantityField()


class BagEntryAddSerializer(serializers.Serializer):
    item = IdField()
    quantity = QuantityField(default=1)


class OverlapQuerySerializer(serializers.Serializer):
    def get_fields(self):
        return {"with": IdField(help_text="The other bag.")}  # a word Python keeps to itself


class OtherBagSerializer(serializers.Serializer):
    bag = IdField()


class BagChangeSerializer(serializers.Serializer):
    """What was done, in entries; `size` is how many there are now."""

    added = serializers.IntegerField()
    changed = serializers.IntegerField()
    removed = serializers.IntegerField()
    size = serializers.IntegerField()


class BagOverlapSerializer(serializers.Serializer):
    """Entries and pieces in each, items in both, and Σ min / Σ max over the quantities."""

    size = serializers.IntegerField()
    quantity = serializers.IntegerField()
    other_size = serializers.IntegerField()
    other_quantity = serializers.IntegerField()
    common = serializers.IntegerField()
    jaccard = serializers.FloatField()


class ShareReadSerializer(serializers.Serializer):
    user = serializers.IntegerField()
    username = serializers.CharField()
    role = serializers.ChoiceField(BagRole.choices)


class ShareWriteSerializer(serializers.Serializer):
    user = IdField()
    role = serializers.ChoiceField(BagRole.choices)


class ExportedEntrySerializer(serializers.Serializer):
    item = IdField()
    quantity = QuantityField(default=1)


@extend_schema_field(ExportedEntrySerializer(many=True))
class ExportedEntriesField(serializers.Field):
    """Entries as (item, quantity), checked by hand: 100,000 serializers would take seconds."""

    default_error_messages = {"not_a_list": "Expected a list of entries."}

    def to_internal_value(self, data: Any) -> list[tuple[int, int]]:
        if not isinstance(data, list):
            self.fail("not_a_list")
        return [self._entry(position, row) for position, row in enumerate(data)]

    def _entry(self, position: int, row: Any) -> tuple[int, int]:
        item, quantity = (
            (row.get("item"), row.get("quantity", 1)) if isinstance(row, dict) else (None, None)
        )
        if type(item) is int and type(quantity) is int and 1 <= item <= MAX_ID:
            return item, quantity
        raise serializers.ValidationError(
            {str(position): ["Expected {item, quantity}, both whole numbers from 1."]}
        )

    def to_representation(self, value: Any) -> Any:
        return value


class BagDocumentSerializer(serializers.Serializer):
    """A bag as a file: what export writes and import reads."""

    name = serializers.CharField(max_length=120)
    visibility = serializers.ChoiceField(Visibility.choices, default=Visibility.PRIVATE)
    entries = ExportedEntriesField()


class BagImportedSerializer(serializers.Serializer):
    bag = BagReadSerializer()
    skipped = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Items left out: they do not exist, or the caller may not see them.",
    )
