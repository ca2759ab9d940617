from typing import Any

import django_filters
from django.db.models import Q
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field

from inventory.data import AuctionStatus, Kind, PublicationStatus
from inventory.models import Item
from inventory.queries import items_with_metadata, with_those_below
from recsys.lib.filters import IdFilter, MomentFilter

LONGEST_SEARCH = 200
PRICE = {"min_value": 0, "max_digits": 12, "decimal_places": 2}
LIVE = ("live", "Live")
STATUSES = list(dict.fromkeys([LIVE, *PublicationStatus.choices, *AuctionStatus.choices]))


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class MetadataFilter(django_filters.Filter):
    """`?meta=` as often as wanted; the form machinery knows one value per name only."""

    def filter(self, qs: Any, value: Any) -> Any:
        expressions = self.parent.data.getlist("meta")
        return items_with_metadata(*expressions, rows=qs) if expressions else qs


class ItemFilter(django_filters.FilterSet):
    kind = django_filters.MultipleChoiceFilter(
        choices=Kind.choices, help_text="May be given more than once."
    )
    category = django_filters.CharFilter(
        method="in_category", max_length=120, help_text="Slug or id; what lies below it counts."
    )
    seller = IdFilter(field_name="seller_id")
    status = django_filters.ChoiceFilter(
        choices=STATUSES,
        method="in_status",
        help_text="Of the publication or of the auction; `live` is what can be had now.",
    )
    price_min = django_filters.NumberFilter("current_price", "gte", label="Price from", **PRICE)
    price_max = django_filters.NumberFilter("current_price", "lte", label="Price to", **PRICE)
    ends_before = MomentFilter("end_at", "lt")
    q = django_filters.CharFilter(
        method="matching", max_length=LONGEST_SEARCH, help_text="Words of title and description."
    )

    meta = MetadataFilter(
        help_text="What the metadata says: `dc:subject=fox`, with `!=`, `>=`, `<=`, `~` (begins "
        "with) and language tags (`dc:title=Fuchs@de`). Repeat it for conditions that all hold."
    )

    class Meta:
        model = Item
        fields: list[str] = []

    def in_category(self, rows: Any, name: str, value: str) -> Any:
        return rows.filter(category__in=with_those_below(value))

    def in_status(self, rows: Any, name: str, value: str) -> Any:
        if value == LIVE[0]:
            return rows.live(timezone.now())
        return rows.filter(Q(publication_status=value) | Q(auction_status=value))

    def matching(self, rows: Any, name: str, value: str) -> Any:
        return rows.search(value)
