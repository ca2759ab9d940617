"""Public writes of accounts."""

from accounts.services.profiles import register, update_profile
from accounts.services.signing import (
    SignIn,
    SignInRefused,
    record_sign_in,
    sign_in,
    sign_out,
    sign_out_everywhere,
)

__all__ = [
    "SignIn",
    "SignInRefused",
    "record_sign_in",
    "register",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "update_profile",
]
