from typing import Self

from django.db.models import QuerySet


class TrainedModelQuerySet(QuerySet):
    def promoted(self) -> Self:
        """Those that serve or served and were not rolled back; the first is the one in use."""
        return self.exclude(promoted_at=None).order_by("-promoted_at", "-pk")
