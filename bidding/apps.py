from django.apps import AppConfig


class BiddingConfig(AppConfig):
    name = "bidding"

    def ready(self) -> None:
        from bidding import policies  # noqa: F401 (declares who may read and write this app's rows)
