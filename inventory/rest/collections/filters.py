import django_filters
from django.db.models import QuerySet

from inventory.data import Visibility
from inventory.models import Bag
from inventory.rest.filters import IdFilter


class BagFilter(django_filters.FilterSet):
    owner = IdFilter(field_name="owner", help_text="Only bags of this person.")
    visibility = django_filters.ChoiceFilter(choices=Visibility.choices)
    shared = django_filters.BooleanFilter(
        method="by_grant",
        help_text="Only bags that were shared with the caller, or that were not.",
    )

    class Meta:
        model = Bag
        fields: list[str] = []

    def by_grant(self, bags: QuerySet[Bag], name: str, value: bool) -> QuerySet[Bag]:
        shared = Bag.objects.granted(self.request.user.pk, "view_bag").values("pk")
        return bags.filter(pk__in=shared) if value else bags.exclude(pk__in=shared)
