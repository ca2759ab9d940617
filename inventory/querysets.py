from datetime import datetime, timedelta
from typing import Self

from django.db.models import Q, QuerySet

from inventory.data import AuctionStatus, PublicationStatus

WORLD_FRESHNESS = timedelta(seconds=30)


class ItemQuerySet(QuerySet):
    def published(self) -> Self:
        """What anybody may look at: published and not hidden, whether or not it has ended."""
        return self.filter(publication_status=PublicationStatus.PUBLISHED, is_hidden=False)

    def live(self, now: datetime) -> Self:
        """What may be recommended at `now`: the one place that says so.

        Published, not hidden, and either no auction at all (avatars, maps, props) or one that
        is active, scheduled or pending and whose end, if it has one, is still ahead.
        """
        open_status = Q(
            auction_status__in=[
                AuctionStatus.ACTIVE,
                AuctionStatus.SCHEDULED,
                AuctionStatus.PENDING,
            ]
        )
        not_over = Q(end_at=None) | Q(end_at__gt=now)
        return self.published().filter(Q(auction_status=None) | (open_status & not_over))

    def popular_first(self) -> Self:
        return self.order_by("-bid_count", "-watcher_count", "id")

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")


class WorldQuerySet(QuerySet):
    def fresh(self, now: datetime) -> Self:
        """Shards that reported within the last 30 seconds."""
        return self.filter(last_seen_at__gte=now - WORLD_FRESHNESS)
