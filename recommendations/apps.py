from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    name = "recommendations"

    def ready(self) -> None:
        from recommendations import policies  # noqa: F401 (declares who may read and write this app's rows)
