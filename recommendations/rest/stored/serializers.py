"""What is believed of people and items, as it is stored."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from recommendations.models import ItemSimilarity, RecommendedItem, UserInterest


class ScoreField(serializers.FloatField):
    """A finite number from 0 to 1."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": 0, "max_value": 1} | options)


class UserInterestReadSerializer(serializers.ModelSerializer):
    class Meta:
        model = UserInterest
        fields = [
            "id",
            "user",
            "category",
            "score",
            "interaction_count",
            "last_interaction_at",
            "computed_at",
        ]
        read_only_fields = fields


class UserInterestWriteSerializer(serializers.ModelSerializer):
    score = ScoreField()

    class Meta:
        model = UserInterest
        fields = ["user", "category", "score", "interaction_count", "last_interaction_at"]


class RecommendedItemReadSerializer(serializers.ModelSerializer):
    class Meta:
        model = RecommendedItem
        fields = ["id", "user", "item", "score", "rank", "reason", "source", "generated_at"]
        read_only_fields = fields


class RecommendedItemWriteSerializer(serializers.ModelSerializer):
    rank = serializers.IntegerField(min_value=1, max_value=32_767)

    class Meta:
        model = RecommendedItem
        fields = ["user", "item", "score", "rank", "reason", "source"]


class ItemSimilarityReadSerializer(serializers.ModelSerializer):
    class Meta:
        model = ItemSimilarity
        fields = ["id", "source", "similar", "score", "reason", "computed_at"]
        read_only_fields = fields


class ItemSimilarityWriteSerializer(serializers.ModelSerializer):
    score = ScoreField()

    class Meta:
        model = ItemSimilarity
        fields = ["source", "similar", "score", "reason"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        source, similar = (
            attrs[end] if end in attrs else getattr(self.instance, end)
            for end in ("source", "similar")
        )
        if source == similar:
            raise ValidationError({"similar": ["Nothing is similar to itself."]})
        return attrs
