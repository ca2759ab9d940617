from typing import Any

from django.apps import AppConfig
from django.utils import timezone


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from accounts import policies, privacy  # noqa: F401 (they declare themselves)

        # The one signal listened to: Django's own pages and its admin sign people in without
        # asking us, and this is the hook they offer. The API's door sends it too, so that one
        # place counts, whichever door somebody came through.
        user_logged_in.connect(count_sign_in, dispatch_uid="accounts.count_sign_in")


def count_sign_in(user: Any, **_signal: Any) -> None:
    from accounts.services import record_sign_in

    record_sign_in(user=user, now=timezone.now())
