from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    name = "recommendations"

    def ready(self) -> None:
        from recommendations import policies, privacy, reactions  # noqa: F401 (they declare themselves)
