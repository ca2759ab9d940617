"""Which formula or model makes the lists of a place: a setting says, and what is missing."""

from collections.abc import Callable, Mapping, Sequence

from django.conf import settings

from recommendations.data import FORMULAS
from recommendations.services.keeper import HeldModel, keeper
from recommendations.services.keeping import Made, Place

__all__ = ["MODEL", "is_makeshift", "made_lists", "model_for", "read_model_ahead"]

Lists = Mapping[int, Sequence[Place]]

MODEL = "model"
"""In RECSYS_PLACEMENTS: the model in use, and the formulas where it says nothing."""


def model_for(placement: str, *, wait: bool = False) -> HeldModel | None:
    """The model that makes the lists of `placement` ("home", "similar"); None: the formulas do.

    With `wait`, for jobs and commands, one that was not read yet is read first.
    """
    return keeper.held(wait=wait) if _is_by_model(placement) else None


def read_model_ahead() -> None:
    """In a process that has just started: so that its first answers are the model's, too."""
    if MODEL in settings.RECSYS_PLACEMENTS.values():
        keeper.begin()


def made_lists(
    owners: Sequence[int],
    held: HeldModel | None,
    by_model: Callable[[Sequence[int], HeldModel], Lists],
    by_formulas: Callable[[Sequence[int]], Lists],
) -> dict[int, Made]:
    """A list for each: by the model; by the formulas where there is none, or it says nothing."""
    found = {} if held is None else by_model(owners, held)
    model = FORMULAS if held is None else held.version
    said = {owner: Made(places, model) for owner, places in found.items() if places}
    rest = [owner for owner in owners if owner not in said]
    formed = by_formulas(rest) if rest else {}
    return said | {owner: Made(places) for owner, places in formed.items()}


def is_makeshift(placement: str, used: HeldModel | None) -> bool:
    """Whether what answered only stood in for a model that is being read: not worth keeping."""
    return _is_by_model(placement) and keeper.wanted != (used.version if used else None)


def _is_by_model(placement: str) -> bool:
    return settings.RECSYS_PLACEMENTS.get(placement) == MODEL
