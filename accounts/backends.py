"""Who may sign in, and which permissions they hold at this moment."""

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.utils import timezone


class AccountBackend(ModelBackend):
    """Django's own backend, with locked accounts kept out and timed roles honoured.

    `get_user` asks `user_can_authenticate` too, so locking somebody also ends their sessions.
    """

    def authenticate(self, request, username=None, password=None, **kwargs):
        return super().authenticate(
            request, username=username and username.lower(), password=password, **kwargs
        )

    def user_can_authenticate(self, user) -> bool:
        return user.is_active and user.locked_at is None

    def _get_group_permissions(self, user_obj):
        timed = user_obj.role_grants.filter(expires_at__gt=timezone.now())
        return Permission.objects.filter(
            Q(group__in=user_obj.groups.values("pk")) | Q(group__in=timed.values("group"))
        ).distinct()
