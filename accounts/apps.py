from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import policies  # noqa: F401 (declares who may read and write this app's rows)
