"""A seller's operators: people who may act on that seller's items."""

from django.db import transaction
from guardian.shortcuts import assign_perm, remove_perm

from accounts.models import SellerDelegation, User
from recsys.lib.access import policy_of
from recsys.lib.errors import InvalidInput, NotAllowed

PERMISSION = "accounts.manage_items_of"


@transaction.atomic
def delegate_items(*, actor: User, seller: User, operator: User) -> None:
    """Let `operator` see and edit the items of `seller` as the seller does.

    Raises:
        NotAllowed: only the seller and administrators delegate.
        InvalidInput: a seller needs no delegation.
    """
    _check_may_delegate(actor, seller)
    if seller.pk == operator.pk:
        raise InvalidInput("A seller manages their own items already.")
    assign_perm(PERMISSION, operator, seller)


@transaction.atomic
def end_delegation(*, actor: User, seller: User, operator: User) -> None:
    """Take it back; the operator's very next request is refused."""
    _check_may_delegate(actor, seller)
    remove_perm(PERMISSION, operator, seller)


def _check_may_delegate(actor: User, seller: User) -> None:
    if not policy_of(SellerDelegation).may_change(actor, SellerDelegation(content_object=seller)):
        raise NotAllowed("Only the seller may delegate their items.")
