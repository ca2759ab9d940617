"""Public writes of accounts."""

from accounts.services.blocks import block_person, unblock_person
from accounts.services.delegations import delegate_items, end_delegation
from accounts.services.erasure import erase_account
from accounts.services.friendships import accept_friend, ask_friend, remove_friend
from accounts.services.imports import (
    analyze_people,
    find_people,
    house_seller,
    import_people,
    lock_house_seller,
)
from accounts.services.profiles import register, update_profile
from accounts.services.roles import grant_role, lock_user, revoke_role, unlock_user
from accounts.services.signing import (
    SignIn,
    SignInRefused,
    confirm_password,
    prune_tokens,
    record_sign_in,
    sign_in,
    sign_out,
    sign_out_everywhere,
)

__all__ = [
    "SignIn",
    "SignInRefused",
    "accept_friend",
    "analyze_people",
    "ask_friend",
    "block_person",
    "confirm_password",
    "delegate_items",
    "end_delegation",
    "erase_account",
    "find_people",
    "grant_role",
    "house_seller",
    "import_people",
    "lock_house_seller",
    "lock_user",
    "prune_tokens",
    "record_sign_in",
    "register",
    "remove_friend",
    "revoke_role",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "unblock_person",
    "unlock_user",
    "update_profile",
]
