from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from guardian.models import UserObjectPermissionBase

from accounts.data import Presence
from accounts.querysets import UserManager
from accounts.sessions import SessionStore

USERNAME_PATTERN = r"^[a-z0-9_]{3,32}$"


class User(AbstractBaseUser, PermissionsMixin):
    """A person, or a program that acts as one; what they did lives in the other apps."""

    Presence = Presence

    username = models.CharField(
        max_length=32,
        unique=True,
        validators=[
            RegexValidator(
                USERNAME_PATTERN, "Use 3 to 32 lower-case letters, digits or underscores."
            )
        ],
        error_messages={"unique": "This username is taken."},
    )
    email = models.EmailField(blank=True)
    display_name = models.CharField(max_length=80, blank=True)
    biography = models.TextField(max_length=2000, blank=True)
    presence = models.CharField(max_length=16, choices=Presence, default=Presence.OFFLINE)
    status_message = models.CharField(max_length=140, blank=True)
    is_staff = models.BooleanField("may enter the admin", default=False)
    is_active = models.BooleanField(default=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    date_joined = models.DateTimeField(default=timezone.now)
    last_sign_in_at = models.DateTimeField(null=True, blank=True, editable=False)
    sign_in_count = models.PositiveBigIntegerField(default=0, editable=False)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        ordering = ["id"]
        permissions = [("manage_items_of", "Can manage the items of this seller")]
        indexes = [
            models.Index(fields=["last_sign_in_at"], name="user_last_sign_in"),
            models.Index(
                fields=["date_joined"], condition=Q(last_sign_in_at=None), name="user_newcomers"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(username__regex=USERNAME_PATTERN), name="user_username_pattern"
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="user_email_unique",
                violation_error_message="An account with this e-mail address exists.",
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def clean(self) -> None:
        """Tell of a taken e-mail address beside its field; the constraint has the last word."""
        super().clean()
        others = type(self).objects.exclude(pk=self.pk)
        if self.email and others.with_email(self.email).exists():
            raise ValidationError({"email": "An account with this e-mail address exists."})

    @property
    def shown_presence(self) -> str:
        """What others see: the invisible look offline."""
        return Presence.OFFLINE if self.presence == Presence.INVISIBLE else self.presence

    @property
    def last_login(self):
        """Django's name for `last_sign_in_at`.

        A property takes the place of the inherited column, so there is one truth: Django's own
        receiver leaves it alone, and password-reset links still die with the next sign-in.
        """
        return self.last_sign_in_at

    def get_full_name(self) -> str:
        return self.display_name or self.username

    def get_short_name(self) -> str:
        return self.username


PERSON = [field.attname for field in User._meta.concrete_fields]
"""Their columns, as `User.from_db` takes them from a statement that is compiled once."""


class Friendship(models.Model):
    """`user` asked `friend`; a friendship once `accepted_at` is set."""

    user = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="friendships_asked", db_index=False
    )
    friend = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="friendships_received"
    )
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "friend"], name="friendship_pair"),
            models.CheckConstraint(condition=~Q(user=F("friend")), name="friendship_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.friend_id}"


class Block(models.Model):
    """Nothing that `blocked` sells is recommended to `user`, nor can the one ask the other."""

    user = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="blocks", db_index=False
    )
    blocked = models.ForeignKey("accounts.User", models.CASCADE, related_name="blocks_received")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "blocked"], name="block_pair"),
            models.CheckConstraint(condition=~Q(user=F("blocked")), name="block_not_self"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} blocks {self.blocked_id}"


class UserIdentity(models.Model):
    """Who a person is elsewhere: `uid` at `provider`, an import or another site."""

    provider = models.CharField(max_length=64)
    uid = models.CharField(max_length=255)
    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="identities")

    class Meta:
        verbose_name_plural = "user identities"
        constraints = [
            models.UniqueConstraint(fields=["provider", "uid"], name="identity_provider_uid")
        ]

    def __str__(self) -> str:
        return f"{self.uid} at {self.provider}"


class RoleGrant(models.Model):
    """A role held until a time. An expired grant gives nothing, whether or not it is pruned."""

    user = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="role_grants", db_index=False
    )
    group = models.ForeignKey("auth.Group", models.CASCADE, related_name="role_grants")
    expires_at = models.DateTimeField()
    granted_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "group"], name="role_grant_user_group")
        ]

    def __str__(self) -> str:
        return f"{self.group_id} for {self.user_id} until {self.expires_at:%Y-%m-%d %H:%M}"


class SellerDelegation(UserObjectPermissionBase):
    """An explicit grant: `user` acts on the items of `content_object`, a seller.

    guardian finds this table by itself and uses it in place of its generic one, so that grants
    go with the rows they name.
    """

    content_object = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="delegations_given"
    )

    def __str__(self) -> str:
        return f"{self.user_id} for {self.content_object_id}"


class Session(AbstractBaseSession):
    """A signed-in browser, or an anonymous one; see `accounts.sessions`."""

    user = models.ForeignKey("accounts.User", models.CASCADE, null=True, related_name="sessions")

    PERSON = [f"user__{name}" for name in PERSON]

    class Meta(AbstractBaseSession.Meta):
        pass

    @classmethod
    def get_session_store_class(cls):
        return SessionStore

    @classmethod
    def person_from(cls, values: list[object]) -> User | None:
        """Whose session it is, from the values of `PERSON`; nobody's if they are a guest's."""
        return None if values[0] is None else User.from_db("default", PERSON, values)
