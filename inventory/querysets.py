from datetime import datetime, timedelta
from typing import Any, Self

from django.db import connections
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from inventory.data import AuctionStatus, BagRole, PublicationStatus

WORLD_FRESHNESS = timedelta(seconds=30)


class Matches(Func):
    """PostgreSQL's full text search, in the words of the index `item_text`.

    The language stands in the statement: as a parameter it would hide the index from the planner.
    """

    template = (
        "to_tsvector('english', %(title)s || ' ' || %(description)s)"
        " @@ websearch_to_tsquery('english', %(words)s)"
    )
    output_field = BooleanField()

    def as_sql(self, compiler, connection, **context):
        parts = [compiler.compile(source) for source in self.source_expressions]
        names = dict(
            zip(("title", "description", "words"), (sql for sql, _ in parts), strict=True)
        )
        return self.template % names, [value for _, values in parts for value in values]


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

    def search(self, words: str) -> Self:
        """Items whose title or description speaks of `words`.

        PostgreSQL's full text where there is one: stems, quotes, "or" and "-not", by the index
        `item_text`. Elsewhere every word must occur somewhere, in any case.
        """
        if connections[self.db].vendor == "postgresql":
            return self.filter(Matches(F("title"), F("description"), Value(words)))
        rows = self
        for word in words.split():
            rows = rows.filter(Q(title__icontains=word) | Q(description__icontains=word))
        return rows

    def popular_first(self) -> Self:
        return self.order_by("-bid_count", "-watcher_count", "id")

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-id")


class WorldQuerySet(QuerySet):
    def fresh(self, now: datetime) -> Self:
        """Shards that reported within the last 30 seconds."""
        return self.filter(last_seen_at__gte=now - WORLD_FRESHNESS)


class BagQuerySet(QuerySet):
    def granted(self, user_id: int | None, codename: str) -> Self:
        """Bags on which a person was explicitly given the permission `codename`."""
        return self.filter(grants__user=user_id, grants__permission__codename=codename)

    def with_entry_count(self) -> Self:
        counts = self._same_bag().values("pk").annotate(count=Count("entries")).values("count")
        return self.annotate(entry_count=Subquery(counts))

    def with_role_of(self, user_id: int | None) -> Self:
        """`role`: what the person is to each bag: owner, editor, viewer, or a visitor."""
        may_edit = Exists(self._same_bag().granted(user_id, "edit_bag_entries"))
        may_view = Exists(self._same_bag().granted(user_id, "view_bag"))
        return self.annotate(
            role=Case(
                When(owner=user_id, then=Value("owner")),
                When(may_edit, then=Value(BagRole.EDITOR)),
                When(may_view, then=Value(BagRole.VIEWER)),
                default=Value("visitor"),
            )
        )

    def _same_bag(self) -> Any:
        bags: Any = self.model
        return bags.objects.order_by().filter(pk=OuterRef("pk"))
