from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "recsys.lib.idempotency"

    def ready(self) -> None:
        from recsys.lib.idempotency import policies  # noqa: F401 (declares that nobody reads keys)
