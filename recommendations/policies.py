from typing import Any

from django.db.models import QuerySet

from accounts.queries import is_manager
from recommendations.models import (
    Event,
    Exploration,
    ItemSimilarity,
    MutedCategory,
    RecommendedItem,
    TrainedModel,
    UserInterest,
)
from recsys.lib.access import Actor, Policy, policy_for
from recsys.lib.jobs.models import Heartbeat, Job, JobLock


class ManagedPolicy(Policy):
    """Written by managers (and by jobs, which ask no policy)."""

    def may_create(self, actor: Actor) -> bool:
        return is_manager(actor)

    def may_change(self, actor: Actor, row: Any) -> bool:
        return is_manager(actor)


@policy_for(UserInterest, RecommendedItem)
class OwnOrManagedPolicy(ManagedPolicy):
    """What the system believes of a person is theirs to read."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if is_manager(actor) else rows.filter(user=actor.pk)


@policy_for(MutedCategory)
class MutedCategoryPolicy(Policy):
    """One's own: managers see what is believed of a person, not what they contradicted."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.filter(user=actor.pk)

    def may_create(self, actor: Actor) -> bool:
        return actor.is_authenticated

    def may_change(self, actor: Actor, row: MutedCategory) -> bool:
        return row.user_id == actor.pk


@policy_for(ItemSimilarity)
class SimilarityPolicy(ManagedPolicy):
    """Which items resemble which is for everybody to see; managers write."""

    is_public = True

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows


@policy_for(Event)
class EventPolicy(Policy):
    """People report and read their own; managers read all; event writers report for anybody."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if is_manager(actor) else rows.filter(user=actor.pk)

    def may_create(self, actor: Actor) -> bool:
        return actor.is_authenticated


@policy_for(Exploration)
class ExplorationPolicy(Policy):
    """What was shown by chance is a record: people and managers read it, nobody writes."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if is_manager(actor) else rows.filter(user=actor.pk)


@policy_for(TrainedModel, Job, JobLock, Heartbeat)
class ManagersOnlyPolicy(ManagedPolicy):
    """How the system works inside is for those who steer it."""

    def readable(self, actor: Actor, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if is_manager(actor) else rows.none()
