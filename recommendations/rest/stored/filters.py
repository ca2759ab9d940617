from django_filters import ChoiceFilter, FilterSet

from recommendations.data import Reason, SimilarityReason
from recommendations.models import ItemSimilarity, RecommendedItem, UserInterest
from recsys.lib.filters import IdFilter


class UserInterestFilter(FilterSet):
    user = IdFilter(field_name="user_id")
    category = IdFilter(field_name="category_id")

    class Meta:
        model = UserInterest
        fields: list[str] = []


class RecommendedItemFilter(FilterSet):
    user = IdFilter(field_name="user_id")
    item = IdFilter(field_name="item_id")
    reason = ChoiceFilter(choices=Reason.choices)

    class Meta:
        model = RecommendedItem
        fields: list[str] = []


class ItemSimilarityFilter(FilterSet):
    source = IdFilter(field_name="source_id")
    similar = IdFilter(field_name="similar_id")
    reason = ChoiceFilter(choices=SimilarityReason.choices)

    class Meta:
        model = ItemSimilarity
        fields: list[str] = []
