"""How served lists look over REST. The answers are made by `serving`; these describe and check."""

from typing import Any

from rest_framework import serializers

from inventory.data import AuctionStatus, Condition, Kind
from recommendations.data import Reason, SimilarityReason, Source
from recommendations.serving import Gate
from recsys.lib.pagination import MAX_LIMIT

REASONS = [*SimilarityReason.choices, *Reason.choices]


class CardCategory(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    slug = serializers.CharField()


class SellerLink(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    username = serializers.CharField()


class CardSerializer(serializers.Serializer[Any]):
    """An item as lists of recommendations show it, as it is at this moment."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(Kind.choices)
    title = serializers.CharField()
    slug = serializers.CharField()
    condition = serializers.ChoiceField(Condition.choices, allow_null=True)
    current_price = serializers.DecimalField(12, 2, allow_null=True)
    buy_now_price = serializers.DecimalField(12, 2, allow_null=True)
    bid_count = serializers.IntegerField()
    watcher_count = serializers.IntegerField()
    start_at = serializers.DateTimeField(allow_null=True)
    end_at = serializers.DateTimeField(allow_null=True)
    auction_status = serializers.ChoiceField(AuctionStatus.choices, allow_null=True)
    created_at = serializers.DateTimeField()
    category = CardCategory(allow_null=True)
    seller = SellerLink()


class DrawnSerializer(serializers.Serializer[Any]):
    """An explored place: its item was drawn with this probability, among so many."""

    propensity = serializers.FloatField(min_value=0, max_value=1)
    among = serializers.IntegerField(min_value=1)


class PlaceSerializer(serializers.Serializer[Any]):
    item = CardSerializer(help_text="With `fields=id`, the item's id alone.")
    score = serializers.FloatField()
    rank = serializers.IntegerField(min_value=1)
    reason = serializers.ChoiceField(REASONS)
    source = serializers.ChoiceField(Source.choices)  # type: ignore[assignment]
    drawn = DrawnSerializer(required=False, help_text="Only of places given to exploration.")


class AnswerSerializer(serializers.Serializer[Any]):
    """A list in order. `stale`: it is older than a day, and being refreshed."""

    results = PlaceSerializer(many=True)
    generated_at = serializers.DateTimeField()
    stale = serializers.BooleanField()
    model = serializers.CharField()


class PartsSerializer(serializers.Serializer[Any]):
    """What each part of the formula adds; `total` is their sum."""

    interest = serializers.FloatField()
    popularity = serializers.FloatField()
    recency = serializers.FloatField()
    total = serializers.FloatField()
    favorite = serializers.BooleanField()


class TermsSerializer(serializers.Serializer[Any]):
    """What each term adds to a score by a model (engine/terms.py); they sum to it."""

    taste = serializers.FloatField()
    freshness = serializers.FloatField()
    ending = serializers.FloatField()
    price = serializers.FloatField()
    demand = serializers.FloatField()


class NamedSerializer(serializers.Serializer[Any]):
    """Something of one's own, and its share of the taste for the item asked about."""

    item = serializers.IntegerField()
    title = serializers.CharField()
    share = serializers.FloatField()


class AttributeSerializer(serializers.Serializer[Any]):
    """Something said of the item, and its share of all that is said for it."""

    said = serializers.CharField(help_text="`category`, `word` of the title, or an IRI.")
    value = serializers.CharField()
    share = serializers.FloatField()


class ExplanationSerializer(serializers.Serializer[Any]):
    item = serializers.IntegerField()
    recommended = serializers.BooleanField()
    detail = serializers.CharField(help_text="In words.")
    rank = serializers.IntegerField(allow_null=True)
    score = serializers.FloatField(allow_null=True)
    reason = serializers.ChoiceField(REASONS, allow_null=True)
    source = serializers.ChoiceField(  # type: ignore[assignment]
        Source.choices, allow_null=True
    )
    gate = serializers.ChoiceField([gate.value for gate in Gate], allow_null=True)
    parts = PartsSerializer(allow_null=True, help_text="Of a score by the formula.")
    terms = TermsSerializer(allow_null=True, help_text="Of a score by a model.")
    drawn = DrawnSerializer(allow_null=True, help_text="Of a place given to exploration.")
    because = NamedSerializer(many=True)
    attributes = AttributeSerializer(many=True)


class ForItemsSerializer(serializers.Serializer[Any]):
    items = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        min_length=1,
        max_length=MAX_LIMIT,
    )
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=20)
