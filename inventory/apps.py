from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "inventory"

    def ready(self) -> None:
        from inventory import policies, privacy  # noqa: F401 (they declare themselves)
