"""Leaving, and taking along what was stored."""

from datetime import datetime
from uuid import uuid4

from accounts.models import User
from accounts.services.signing import confirm_password
from recsys.lib.privacy import Erasure, erase_person
from recsys.lib.retry import retried_transaction

ALIAS_PREFIX = "erased_"


def erase_account(*, user: User, password: str, now: datetime) -> None:
    """Forget a person: everything about them goes, except what others' auctions rest on.

    Bids, orders and lots that were bid on stay under an account of its own without a name, one
    for each erased person: two bidders must not become one, nor a bidder their own seller.

    Raises:
        InvalidInput: the password is wrong.
        Unavailable: under lasting contention; nothing was erased.
    """
    confirm_password(user=user, password=password)
    _erase(user, now)


@retried_transaction
def _erase(user: User, now: datetime) -> None:
    alias = User(username=f"{ALIAS_PREFIX}{uuid4().hex[:20]}", is_active=False, date_joined=now)
    alias.set_unusable_password()
    alias.save()
    User.objects.select_for_update().get(pk=user.pk)
    names = tuple(name for name in (user.username, user.email) if name)
    erase_person(Erasure(person=user.pk, alias=alias.pk, names=names, now=now))
