from typing import Self

from django.db.models import QuerySet


class BidQuerySet(QuerySet):
    def highest_first(self) -> Self:
        """The leader first; of equal amounts the earlier leads."""
        return self.order_by("-amount", "id")
