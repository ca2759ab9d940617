"""Public writes of recommendations; one module per idea."""

from recommendations.services.events import (
    MAX_EVENTS,
    analyze_events,
    import_events,
    record_events,
    record_visit,
    refused,
)
from recommendations.services.explorations import export_explorations
from recommendations.services.imports import ImportReport, dataset_of, import_interactions
from recommendations.services.interests import (
    compute_user_interests,
    refresh_user_interests,
    upsert_user_interests,
)
from recommendations.services.lists import refresh_list
from recommendations.services.market import kept_market, measure_market
from recommendations.services.muting import mute_category, show_again, unmute_category
from recommendations.services.placements import read_model_ahead
from recommendations.services.popular import generate_popular_items
from recommendations.services.recommendations import (
    compute_recommendations,
    generate_recommendations,
)
from recommendations.services.registry import model_in_use, promote_model, rollback_model
from recommendations.services.seeding import SeedReport, seed_demo
from recommendations.services.similarities import (
    compute_item_similarities,
    compute_similar_items,
)
from recommendations.services.upkeep import (
    cache_statistics,
    clear_cache,
    evict_stale_cache,
    warm_cache,
)

__all__ = [
    "MAX_EVENTS",
    "ImportReport",
    "SeedReport",
    "analyze_events",
    "cache_statistics",
    "clear_cache",
    "compute_item_similarities",
    "compute_recommendations",
    "compute_similar_items",
    "compute_user_interests",
    "dataset_of",
    "evict_stale_cache",
    "export_explorations",
    "generate_popular_items",
    "generate_recommendations",
    "import_events",
    "import_interactions",
    "kept_market",
    "measure_market",
    "model_in_use",
    "mute_category",
    "promote_model",
    "read_model_ahead",
    "record_events",
    "record_visit",
    "refresh_list",
    "refresh_user_interests",
    "refused",
    "rollback_model",
    "seed_demo",
    "show_again",
    "unmute_category",
    "upsert_user_interests",
    "warm_cache",
]
