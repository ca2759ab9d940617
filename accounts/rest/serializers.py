"""People as JSON: a public card for everybody, the whole account for its owner."""

from typing import Any

from django.contrib.auth import password_validation
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.data import SHOWN_PRESENCES
from accounts.models import Block, Friendship, User

CARD_FIELDS = ["id", "username", "display_name", "biography", "presence", "status_message"]


class PasswordField(serializers.CharField):
    """Taken as typed, blanks included, and never given out."""

    def __init__(self, **options) -> None:
        super().__init__(
            **{"write_only": True, "trim_whitespace": False, "max_length": 1024} | options
        )


class PersonReadSerializer(serializers.ModelSerializer):
    """What everybody may know of a person."""

    presence = serializers.ChoiceField(SHOWN_PRESENCES, source="shown_presence")

    class Meta:
        model = User
        fields = CARD_FIELDS
        read_only_fields = fields


class MeReadSerializer(serializers.ModelSerializer):
    """What people may know of themselves, and administrators of them."""

    class Meta:
        model = User
        fields = [*CARD_FIELDS, "email", "date_joined", "last_sign_in_at", "sign_in_count"]
        read_only_fields = fields


class MeWriteSerializer(serializers.ModelSerializer):
    password = PasswordField(required=False, help_text="Needed to change the e-mail address.")

    class Meta:
        model = User
        fields = [
            "email", "display_name", "biography", "presence", "status_message", "password",
        ]  # fmt: skip


class RegistrationSerializer(serializers.Serializer):
    """Only its shape; `services.register` says what is wrong with the values."""

    username = serializers.CharField(
        max_length=150, help_text="3 to 32 lower-case letters, digits or underscores."
    )
    email = serializers.CharField(max_length=254)
    password = PasswordField(
        help_text=" ".join(password_validation.password_validators_help_texts())
    )
    display_name = serializers.CharField(max_length=80, required=False, allow_blank=True)


class SignInWriteSerializer(serializers.Serializer):
    username = serializers.CharField(max_length=254, help_text="Username or e-mail address.")
    password = PasswordField()


class PasswordSerializer(serializers.Serializer):
    password = PasswordField()


class SignInReadSerializer(serializers.Serializer):
    token = serializers.CharField(help_text="Send it as `Authorization: Token …`. Shown once.")
    expires_at = serializers.DateTimeField()
    user = MeReadSerializer()


class FriendshipReadSerializer(serializers.ModelSerializer):
    """A friendship from the caller's side: the other person, and how far it has come."""

    person = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()

    class Meta:
        model = Friendship
        fields = ["id", "person", "state", "accepted_at"]
        read_only_fields = fields

    @extend_schema_field(PersonReadSerializer)
    def get_person(self, row: Friendship) -> Any:
        asked_by_me = row.user_id == self.context["request"].user.pk
        return PersonReadSerializer(row.friend if asked_by_me else row.user).data

    @extend_schema_field(serializers.ChoiceField(["accepted", "asked_by_me", "asked_of_me"]))
    def get_state(self, row: Friendship) -> str:
        if row.accepted_at is not None:
            return "accepted"
        asked_by_me = row.user_id == self.context["request"].user.pk
        return "asked_by_me" if asked_by_me else "asked_of_me"


class NamedPersonSerializer(serializers.Serializer):
    """A person by name: whom to ask, whom to block."""

    username = serializers.CharField(max_length=32)


class BlockReadSerializer(serializers.ModelSerializer):
    person = PersonReadSerializer(source="blocked")

    class Meta:
        model = Block
        fields = ["id", "person", "created_at"]
        read_only_fields = fields
