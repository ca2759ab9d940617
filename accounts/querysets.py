from datetime import datetime
from typing import Self

from django.contrib.auth.models import BaseUserManager
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower


class UserQuerySet(QuerySet):
    def active_since(self, since: datetime) -> Self:
        """People who signed in after `since`, and newcomers since then who never did.

        Somebody who joined long ago and never came back is no use to a recompute; counting by
        date joined alone would keep the former and miss nobody but the returning.
        """
        never_signed_in = Q(last_sign_in_at=None, date_joined__gt=since)
        return self.filter(Q(last_sign_in_at__gt=since) | never_signed_in)

    def with_email(self, email: str) -> Self:
        """Whoever has that address, in whatever case; answered by the unique index."""
        return self.alias(email_lower=Lower("email")).filter(email_lower=email.lower())

    def named(self, name: str) -> Self:
        """Whoever has that username or e-mail address: no username contains an @."""
        return self.with_email(name) if "@" in name else self.filter(username=name.lower())

    def unlocked(self) -> Self:
        return self.filter(is_active=True, locked_at=None)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Makes accounts; names are kept in lower case, as the constraint asks."""

    def create_user(self, username: str, email: str = "", password: str | None = None, **fields):
        user = self.model(username=username.lower(), email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, username: str, email: str = "", password: str | None = None, **fields
    ):
        return self.create_user(
            username, email, password, is_staff=True, is_superuser=True, **fields
        )

    def get_by_natural_key(self, username: str):
        """By username or e-mail address."""
        return self.named(username).get()
