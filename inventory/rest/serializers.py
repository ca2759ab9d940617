from typing import Any, ClassVar

from drf_spectacular.helpers import lazy_serializer
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.queries import is_manager
from inventory.data import CategoryNode
from inventory.models import Category, Item


class CategoryLinkSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    slug = serializers.SlugField()


class CategorySerializer(CategoryLinkSerializer):
    """A category and everything below it."""

    parent = serializers.IntegerField(  # type: ignore[assignment]
        allow_null=True, help_text="Id of the category above."
    )
    children = serializers.SerializerMethodField()

    @extend_schema_field(
        lazy_serializer("inventory.rest.serializers.CategorySerializer")(many=True)
    )
    def get_children(self, node: CategoryNode) -> Any:
        return CategorySerializer(node.children, many=True).data


class CategoryDetailSerializer(CategorySerializer):
    path = serializers.SerializerMethodField(help_text="From the root down to this category.")

    @extend_schema_field(CategoryLinkSerializer(many=True))
    def get_path(self, node: CategoryNode) -> Any:
        return CategoryLinkSerializer(self.context["tree"].path(node), many=True).data


class CategoryTreeSerializer(serializers.Serializer):
    """The whole tree on one page."""

    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = CategorySerializer(many=True)


class CategoryField(serializers.PrimaryKeyRelatedField):
    """A category by its id or its slug; shown as its id."""

    def __init__(self, **options: Any) -> None:
        super().__init__(queryset=Category.objects.all(), allow_null=True, **options)

    def to_internal_value(self, data: Any) -> Category:
        if not isinstance(data, str) or data.isdigit():
            return super().to_internal_value(data)
        found = Category.objects.filter(slug=data).first()
        return found or self.fail("does_not_exist", pk_value=data)


class CategoryWriteSerializer(serializers.ModelSerializer):
    slug = serializers.SlugField(max_length=120, required=False)
    parent = CategoryField(required=False)  # type: ignore[assignment]

    class Meta:
        model = Category
        fields: ClassVar = ["name", "slug", "parent"]


class ItemSummarySerializer(serializers.ModelSerializer):
    """An item as lists show it."""

    reserve_price = serializers.DecimalField(
        max_digits=12,
        decimal_places=2,
        required=False,
        allow_null=True,
        help_text="Only for the seller and managers; absent for everybody else.",
    )

    class Meta:
        model = Item
        fields: ClassVar = [
            "id",
            "kind",
            "title",
            "slug",
            "category",
            "seller",
            "condition",
            "starting_price",
            "reserve_price",
            "current_price",
            "buy_now_price",
            "bid_count",
            "watcher_count",
            "start_at",
            "end_at",
            "publication_status",
            "auction_status",
            "is_hidden",
            "created_at",
            "updated_at",
        ]
        read_only_fields: ClassVar = [name for name in fields if name != "reserve_price"]

    def to_representation(self, instance: Item) -> dict[str, Any]:
        shown = super().to_representation(instance)
        actor = self.context["request"].user
        if instance.seller_id != actor.pk and not is_manager(actor):
            del shown["reserve_price"]
        return shown


class ItemReadSerializer(ItemSummarySerializer):
    class Meta(ItemSummarySerializer.Meta):
        fields: ClassVar = [*ItemSummarySerializer.Meta.fields, "description", "metadata"]
        read_only_fields: ClassVar = [name for name in fields if name != "reserve_price"]


class FacetSerializer(serializers.Serializer):
    """One value of a metadata predicate."""

    value = serializers.CharField(help_text="Text, or an IRI.")
    language = serializers.CharField(help_text="Empty where the value has none.")
    count = serializers.IntegerField(help_text="How many items say so.")


class ItemWriteSerializer(serializers.ModelSerializer):
    """What a person may say of an item; anything else in the body is not read."""

    category = CategoryField(required=False)
    metadata = serializers.DictField(required=False)

    class Meta:
        model = Item
        fields: ClassVar = [
            "kind",
            "title",
            "description",
            "category",
            "condition",
            "starting_price",
            "reserve_price",
            "buy_now_price",
            "start_at",
            "end_at",
            "metadata",
        ]
