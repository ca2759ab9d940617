from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    name = "recommendations"

    def ready(self) -> None:
        from recommendations import (  # noqa: F401 (they declare themselves)
            health,
            measures,
            policies,
            privacy,
            reactions,
        )
