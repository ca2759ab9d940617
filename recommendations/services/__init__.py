"""Public writes of recommendations; one module per idea."""

from recommendations.services.events import analyze_events, import_events
from recommendations.services.seeding import SeedReport, seed_demo

__all__ = ["SeedReport", "analyze_events", "import_events", "seed_demo"]
