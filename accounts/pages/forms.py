"""What people fill in about themselves. What is wrong with it, the services say."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import PasswordResetForm

from accounts.throttling import address_of, take_slot, use_up
from recsys.lib.pages.forms import refusals_as_errors

LONGEST_PASSWORD = 1024


def password_input(autocomplete: str) -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": autocomplete})


class RegistrationForm(forms.Form):
    username = forms.CharField(
        max_length=32,
        help_text="3 to 32 lower-case letters, digits or underscores.",
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        help_text="Only for a new password, should you lose yours.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    password = forms.CharField(
        max_length=LONGEST_PASSWORD,
        strip=False,
        help_text=password_validation.password_validators_help_text_html(),
        widget=password_input("new-password"),
    )


class ResetForm(PasswordResetForm):
    """Django's; so many messages a minute from one address as there may be new accounts."""

    request: Any = None

    def clean(self) -> dict[str, Any]:
        with refusals_as_errors():
            use_up([take_slot("register", address_of(self.request))])
        return super().clean() or {}


class ErasureForm(forms.Form):
    password = forms.CharField(
        label="Your password",
        max_length=LONGEST_PASSWORD,
        strip=False,
        widget=password_input("current-password"),
    )
