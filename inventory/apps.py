from django.apps import AppConfig


class InventoryConfig(AppConfig):
    name = "inventory"

    def ready(self) -> None:
        from inventory import policies  # noqa: F401 (declares who may read and write this app's rows)
