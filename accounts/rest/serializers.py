"""People as JSON: a public card for everybody, the whole account for its owner."""

from django.contrib.auth import password_validation
from rest_framework import serializers

from accounts.data import Presence
from accounts.models import User

CARD_FIELDS = ["id", "username", "display_name", "biography", "presence", "status_message"]


class PasswordField(serializers.CharField):
    """Taken as typed, blanks included, and never given out."""

    def __init__(self, **options) -> None:
        super().__init__(
            **{"write_only": True, "trim_whitespace": False, "max_length": 1024} | options
        )


class PersonReadSerializer(serializers.ModelSerializer):
    """What everybody may know of a person."""

    presence = serializers.ChoiceField(
        [(value, label) for value, label in Presence.choices if value != Presence.INVISIBLE],
        source="shown_presence",
    )

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
