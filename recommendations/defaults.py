"""The published weights and windows of the formulas and the engine: here and nowhere else.

Settings of the same names, as `RECSYS_HOMEPAGE`, change any of them. Plain data: settings read it.
"""

from typing import Any

# --- The formulas (docs/formulas.md explains each) ----------------------------------------------

INTEREST: dict[str, Any] = {
    "window_days": 90,
    "bid": 3.0,
    "watch": 2.0,
    "decay": ((7, 1.0), (30, 0.7), (90, 0.4)),  # up to so many days old: this factor
    "decay_beyond": 0.1,
}

SIMILARITY: dict[str, Any] = {
    "same_category": 0.5,
    "price_range": 0.3,
    "price_range_percent": 50,  # of the higher price: how far apart two prices may lie
    "people_for_one": 20,  # so many shared people would add 1.0 …
    "shared_cap": 0.2,  # … but never more than this
    "threshold": 0.3,  # a pair is kept strictly above it
    "limit": 20,
}

HOMEPAGE: dict[str, Any] = {
    "interest": 0.6,
    "popularity": 0.2,
    "recency": 0.2,
    "watcher": 2.0,  # counts for so many bids …
    "popularity_for_one": 10,  # … of which so many make an item as popular as can be
    "ending": 0.5,
    "ending_days": 7,
    "active": 0.5,
    "categories": 5,
    "per_category": 3,
    "limit": 20,
    "favorite_interest": 0.7,
    "popular_watchers": 5,
    "trending_watchers": 10,
}

# --- The engine (docs/engine.md explains each) --------------------------------------------------

# What each kind of deed says of a taste when it is fresh, and how long until it says half of
# that. None excludes: who hid an item wants nothing of it, whatever they did before.
EVIDENCE: dict[str, Any] = {
    "win": {"weight": 5.0, "half_life_days": 365},
    "bid": {"weight": 3.0, "half_life_days": 180},
    "watch": {"weight": 2.0, "half_life_days": 180},
    "bag": {"weight": 2.0, "half_life_days": 180},
    "like": {"weight": 2.0, "half_life_days": 180},
    "download": {"weight": 2.0, "half_life_days": 180},
    "share": {"weight": 1.0, "half_life_days": 90},
    "open": {"weight": 0.3, "half_life_days": 30},
    "view": {"weight": 0.3, "half_life_days": 30},
    "visit": {"weight": 0.3, "half_life_days": 30},
    "skip": {"weight": -0.5, "half_life_days": 30},
    "hide": None,
}

# Attributes join the graphs as people do. What more items have than `most_items` tells little.
ATTRIBUTES: dict[str, Any] = {
    "category": 1.0,
    "statement": 1.0,
    "word": 0.5,
    "most_items": 10_000,
}

# A person's list by a model: taste, and what speaks for a lot besides (engine/terms.py).
TERMS: dict[str, Any] = {
    "taste": 1.0,
    "freshness": 0.05,
    "ending": 0.02,
    "price": 0.1,
    "demand": 0.05,
    "fresh_days": 7,
    "ending_days": 7,
    "watcher": 2.0,
    "demand_for_one": 10,
}

HOME_RULES: dict[str, Any] = {
    "limit": 20,
    "relevance": 0.8,  # against likeness to what stands above; 1: no diversity but the caps
    "per_category": 10,
    "per_seller": 6,
    "explored_share": 0.0,
}
