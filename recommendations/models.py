"""What the system believes of people and items, and the models behind it."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from recommendations.data import EventKind, Reason, SimilarityReason, Source
from recommendations.querysets import TrainedModelQuerySet


def unit_interval(field: str) -> Q:
    return Q(**{f"{field}__gte": 0, f"{field}__lte": 1})


class UserInterest(models.Model):
    """How much a person wants things of a category: 1 for their favourite, towards 0."""

    user = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="interests", db_index=False
    )
    category = models.ForeignKey("inventory.Category", models.CASCADE, related_name="interests")
    score = models.FloatField()
    interaction_count = models.PositiveIntegerField()
    last_interaction_at = models.DateTimeField()
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["user", "-score", "category"], name="interest_top")]
        constraints = [
            models.UniqueConstraint(fields=["user", "category"], name="interest_user_category"),
            models.CheckConstraint(condition=unit_interval("score"), name="interest_score"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} likes {self.category_id} ({self.score:.2f})"


class MutedCategory(models.Model):
    """A person said that this is no interest of theirs: it is not believed again."""

    user = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="muted_categories", db_index=False
    )
    category = models.ForeignKey("inventory.Category", models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "muted categories"
        constraints = [
            models.UniqueConstraint(fields=["user", "category"], name="muted_user_category")
        ]

    def __str__(self) -> str:
        return f"{self.user_id} does not want {self.category_id}"


class ItemSimilarity(models.Model):
    """`similar` is worth showing beside `source`."""

    source = models.ForeignKey(
        "inventory.Item", models.CASCADE, related_name="similarities", db_index=False
    )
    similar = models.ForeignKey("inventory.Item", models.CASCADE, related_name="+")
    score = models.FloatField()
    reason = models.CharField(max_length=32, choices=SimilarityReason)
    computed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "item similarities"
        indexes = [models.Index(fields=["source", "-score", "similar"], name="similarity_top")]
        constraints = [
            models.UniqueConstraint(fields=["source", "similar"], name="similarity_pair"),
            models.CheckConstraint(condition=~Q(source=F("similar")), name="similarity_not_self"),
            models.CheckConstraint(condition=unit_interval("score"), name="similarity_score"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} ~ {self.similar_id} ({self.score:.2f})"


class RecommendedItem(models.Model):
    """One place in a person's list, as it was generated; serving checks it again."""

    user = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="recommended_items", db_index=False
    )
    item = models.ForeignKey("inventory.Item", models.CASCADE, related_name="+")
    score = models.FloatField()
    rank = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=32, choices=Reason)
    source = models.CharField(max_length=32, choices=Source, default=Source.PERSONAL)
    generated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        # None by rank: a person's few rows are found by the pair and sorted, and one more index
        # would be written with every row of everybody's list.
        constraints = [
            models.UniqueConstraint(fields=["user", "item"], name="recommended_user_item"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="recommended_rank_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} for {self.user_id}, number {self.rank}"


class Exploration(models.Model):
    """A place of a list was drawn by chance, and shown: what to judge other rules by.

    Once for a person, an item and a day, within which the draw stays the same.
    """

    user = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="explorations", db_index=False
    )
    item = models.ForeignKey("inventory.Item", models.CASCADE, related_name="explorations")
    rank = models.PositiveSmallIntegerField()
    propensity = models.FloatField(help_text="With what probability it was drawn.")
    among = models.PositiveIntegerField(help_text="How many items the draw was from.")
    model = models.CharField(max_length=64, help_text="The version that made the list.")
    shown_on = models.DateField()
    shown_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "item", "shown_on"], name="exploration_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(propensity__gt=0, propensity__lte=1), name="exploration_propensity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} to {self.user_id}, with a chance of {self.propensity:.3g}"


class Event(models.Model):
    """Something a person did with an item, as a client reported it: implicit feedback."""

    Kind = EventKind

    user = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="events", db_index=False
    )
    item = models.ForeignKey("inventory.Item", models.CASCADE, related_name="events")
    kind = models.CharField(max_length=16, choices=EventKind)
    value = models.FloatField(null=True, blank=True)
    occurred_at = models.DateTimeField(default=timezone.now)
    event_id = models.CharField(
        max_length=64, unique=True, help_text="The sender's id: a repeat is stored once."
    )

    class Meta:
        indexes = [
            models.Index(fields=["user", "-occurred_at", "-id"], name="event_of_user"),
            # Asked of every item of every list that is served; few events are of this kind.
            models.Index(
                fields=["user", "item"], condition=Q(kind=EventKind.HIDE), name="event_hidden"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.kind} {self.item_id}"


class TrainedModel(models.Model):
    """One trained version of a model; the one promoted last serves."""

    version = models.CharField(max_length=64, unique=True)
    algorithm = models.CharField(max_length=64)
    parameters = models.JSONField(default=dict)
    data_from = models.DateTimeField("data window from", null=True, blank=True)
    data_until = models.DateTimeField("data window until", null=True, blank=True)
    metrics = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField(help_text="Bytes of the artifact.")
    trained_at = models.DateTimeField(default=timezone.now)
    promoted_at = models.DateTimeField(null=True, blank=True)

    objects = TrainedModelQuerySet.as_manager()

    class Meta:
        ordering = ["-trained_at", "-id"]
        permissions = [
            ("manage_recommendations", "Can manage recommendations, jobs and models"),
            ("ingest_events", "Can record events for anybody"),
            ("serve_anybody", "Can fetch anybody's recommendations"),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def figures(self) -> dict[str, float]:
        """Those of its metrics that are numbers."""
        return {
            name: value
            for name, value in self.metrics.items()
            if isinstance(value, (int, float)) and not isinstance(value, bool)
        }
