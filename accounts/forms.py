"""Django's own forms for its own doors, with the tries at a password limited.

The API answers with the refusal itself; a form has to say it to a person.
"""

from typing import Any

from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm

from accounts.services import confirm_password
from recsys.lib.pages.forms import refusals_as_errors


class SignInForm(AuthenticationForm):
    """Sign-in by username or e-mail address; too many tries are an error of the form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        username = self.fields["username"]
        username.label = "Username or e-mail address"
        # Django takes the limit of usernames, which is shorter than an address may be.
        username.widget.attrs["maxlength"] = 254

    def clean(self) -> dict[str, Any]:
        with refusals_as_errors():
            return super().clean()


class ChangePasswordForm(PasswordChangeForm):
    """The old password is tried as at the door: a found session gets no free guesses at it."""

    def clean_old_password(self) -> str:
        password: str = self.cleaned_data["old_password"]
        with refusals_as_errors():
            confirm_password(user=self.user, password=password)
        return password
