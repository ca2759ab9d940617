from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    name = "recommendations"

    def ready(self) -> None:
        from recommendations import (  # noqa: F401 (they declare themselves)
            measures,
            policies,
            privacy,
            reactions,
        )
