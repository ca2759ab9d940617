from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone

from inventory.models import Happening, World
from recsys.lib.filters import IdFilter, MomentFilter


class WorldFilter(django_filters.FilterSet):
    map = IdFilter(field_name="map")
    fresh = django_filters.BooleanFilter(
        method="by_freshness", help_text="Only worlds seen within the last 30 seconds, or not."
    )

    class Meta:
        model = World
        fields: list[str] = []

    def by_freshness(self, worlds: QuerySet[World], name: str, value: bool) -> Any:
        fresh = World.objects.fresh(timezone.now()).values("pk")
        return worlds.filter(pk__in=fresh) if value else worlds.exclude(pk__in=fresh)


class HappeningFilter(django_filters.FilterSet):
    world = IdFilter(field_name="world")
    ends_after = MomentFilter(field_name="ends_at", lookup_expr="gt")

    class Meta:
        model = Happening
        fields: list[str] = []
