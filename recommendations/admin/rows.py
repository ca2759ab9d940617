"""What was computed, what was reported and what was trained: to be read, row by row."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone

from recommendations.admin.resources import EventResource
from recommendations.models import (
    Event,
    Exploration,
    ItemSimilarity,
    MutedCategory,
    RecommendedItem,
    TrainedModel,
    UserInterest,
)
from recommendations.services import promote_model, rollback_model
from recsys.lib.console import EndlessModelAdmin, PolicyModelAdmin, asks_first
from recsys.lib.console.tables import TableAdmin

INGEST = "recommendations.ingest_events"


@admin.register(UserInterest)
class UserInterestAdmin(EndlessModelAdmin):
    list_display = [
        "user", "category", "score", "interaction_count", "last_interaction_at", "computed_at",
    ]  # fmt: skip
    list_select_related = ["user", "category"]
    search_fields = ["user__username", "category__name"]


@admin.register(MutedCategory)
class MutedCategoryAdmin(EndlessModelAdmin):
    list_display = ["user", "category", "created_at"]
    list_select_related = ["user", "category"]
    search_fields = ["category__name"]


@admin.register(ItemSimilarity)
class ItemSimilarityAdmin(EndlessModelAdmin):
    list_display = ["source", "similar", "score", "reason", "computed_at"]
    list_select_related = ["source", "similar"]
    list_filter = ["reason"]
    search_fields = ["=source__id"]
    search_help_text = "The id of an item: what resembles it."


@admin.register(RecommendedItem)
class RecommendedItemAdmin(EndlessModelAdmin):
    list_display = ["user", "rank", "item", "score", "reason", "source", "generated_at"]
    list_select_related = ["user", "item"]
    list_filter = ["reason", "source"]
    search_fields = ["=user__username"]
    search_help_text = "A username, in full."


@admin.register(Event)
class EventAdmin(TableAdmin, EndlessModelAdmin):
    resource_classes = [EventResource]
    list_display = ["user", "kind", "item", "value", "occurred_at", "event_id"]
    list_select_related = ["user", "item"]
    list_filter = ["kind"]
    search_fields = ["=user__username", "=event_id"]
    search_help_text = "A username or the sender's id of an event, in full."

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_enter_permission(request) and request.user.has_perm(INGEST)


@admin.register(Exploration)
class ExplorationAdmin(EndlessModelAdmin):
    list_display = ["user", "item", "rank", "propensity", "among", "model", "shown_at"]
    list_select_related = ["user", "item"]
    search_fields = ["=user__username"]
    search_help_text = "A username, in full."


@admin.register(TrainedModel)
class TrainedModelAdmin(PolicyModelAdmin):
    list_display = ["version", "algorithm", "trained_at", "promoted_at", "figures", "megabytes"]
    list_filter = ["algorithm"]
    search_fields = ["version"]
    date_hierarchy = "trained_at"
    actions = ["promote", "roll_back"]

    @asks_first(
        description="Promote: have it serve",
        question="From the next request on, lists come from this version. Promote it?",
        done="Promoted",
    )
    def promote(self, request: HttpRequest, model: TrainedModel) -> None:
        promote_model(version=model.version, now=timezone.now(), actor=request.user)

    @asks_first(
        description="Roll back: have the one before it serve",
        question="The model promoted before this one serves again, or the formulas where there "
        "was none. Roll back?",
        done="Rolled back",
    )
    def roll_back(self, request: HttpRequest, model: TrainedModel) -> None:
        rollback_model(version=model.version, now=timezone.now(), actor=request.user)

    @admin.display(description="metrics")
    def figures(self, model: Any) -> str:
        return ", ".join(f"{name} {value:.4g}" for name, value in model.figures.items()) or "–"

    @admin.display(ordering="size")
    def megabytes(self, model: TrainedModel) -> str:
        return f"{model.size / 1e6:,.1f}"
