from django.apps import AppConfig


class BiddingConfig(AppConfig):
    name = "bidding"

    def ready(self) -> None:
        from bidding import policies, privacy  # noqa: F401 (they declare themselves)
