"""Finding the one row a person asks for.

Apart from `access`, which DRF loads before its own views, and so before `errors`.
"""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from recsys.lib.access import Actor, policy_of, readable_by
from recsys.lib.errors import NotAllowed, NotFound

Row = TypeVar("Row", bound=Model)


def get_readable(actor: Actor, rows: QuerySet[Row], **lookup: Any) -> Row:
    """The one of `rows` that matches `lookup`, if `actor` may see it.

    Raises NotFound otherwise: what may not be seen does not exist.
    """
    row: Row | None = readable_by(actor, rows).filter(**lookup).first()
    if row is None:
        raise NotFound
    return row


def get_changeable(actor: Actor, rows: QuerySet[Row], **lookup: Any) -> Row:
    """The one of `rows` that matches `lookup`, if `actor` may change it.

    Raises NotFound where they may not see it, NotAllowed where they may only see it.
    """
    row = get_readable(actor, rows, **lookup)
    if not policy_of(rows.model).may_change(actor, row):
        raise NotAllowed("You may not change this.")
    return row
