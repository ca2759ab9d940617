"""The tree of categories, changed in one place: by managers only, and never into a circle."""

from typing import TypedDict, Unpack

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.text import slugify

from inventory.data import CategoryNode
from inventory.models import Category
from inventory.queries import CategoryTree
from recsys.lib.access import Actor, policy_of
from recsys.lib.errors import Conflict, InvalidInput, NotAllowed
from recsys.lib.lookup import get_changeable

DEEPEST = 10
"""Levels; deeper than anybody browses, and within what every reader can nest."""


class CategoryFields(TypedDict, total=False):
    name: str
    slug: str
    parent: Category | None


@transaction.atomic
def create_category(*, actor: Actor, **fields: Unpack[CategoryFields]) -> Category:
    """A new category; without a slug, its name makes one.

    Raises NotAllowed, and InvalidInput for a slug taken or a place too deep.
    """
    if not policy_of(Category).may_create(actor):
        raise NotAllowed("Only managers change categories.")
    return _save(Category(), fields)


@transaction.atomic
def edit_category(*, actor: Actor, where: str, **changes: Unpack[CategoryFields]) -> Category:
    """Rename or move the category whose slug is `where`, with all below it.

    Raises NotFound, NotAllowed, and InvalidInput for a slug taken, a circle or a place too deep.
    """
    return _save(get_changeable(actor, Category.objects.all(), slug=where), changes)


@transaction.atomic
def delete_category(*, actor: Actor, where: str) -> None:
    """Delete the category whose slug is `where`, if nothing is in it.

    Raises NotFound, NotAllowed, Conflict.
    """
    category = get_changeable(actor, Category.objects.all(), slug=where)
    try:
        category.delete()
    except ProtectedError as error:
        raise Conflict("There are items or categories in it.", code="not_empty") from error


def _save(category: Category, fields: CategoryFields) -> Category:
    for name, value in fields.items():
        setattr(category, name, value)
    category.slug = category.slug or slugify(category.name)[:120]
    if category.parent is not None:
        _check_place(category, category.parent)
    try:
        category.full_clean(validate_constraints=False)
    except ValidationError as error:
        messages = error.message_dict
        raise InvalidInput(next(iter(messages.values()))[0], fields=messages) from error
    category.save()
    return category


def _check_place(category: Category, parent: Category) -> None:
    # Two moves at once could each be fine and together make a circle: they take turns.
    list(Category.objects.select_for_update().order_by("pk").values_list("pk"))
    tree = CategoryTree()
    path = tree.path(tree.by_id[parent.pk])
    below = tree.by_id.get(category.pk)
    if below in path:
        raise _misplaced("A category cannot lie within itself.")
    if len(path) + (_height(below) if below else 1) > DEEPEST:
        raise _misplaced(f"Categories nest {DEEPEST} levels deep at most.")


def _height(node: CategoryNode) -> int:
    return 1 + max(map(_height, node.children), default=0)


def _misplaced(message: str) -> InvalidInput:
    return InvalidInput.of("parent", message)
