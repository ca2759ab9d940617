"""Small worlds with structure: two tastes, each with its own items and its own tags."""

import numpy as np
import pytest

from recommendations.engine.interactions import Interactions


def two_tastes(seed: int = 0, people: int = 60, items: int = 40) -> Interactions:
    """Even people touch mostly even items, odd ones odd items; every item carries its taste's tag.

    The last two items nobody has touched.
    """
    rng = np.random.default_rng(seed)
    person, item = np.meshgrid(np.arange(people), np.arange(items - 2), indexing="ij")
    likely = np.where(person % 2 == item % 2, 0.35, 0.02)
    touched = rng.random(person.shape) < likely
    touched[np.arange(people), np.arange(people) % (items - 2)] = True
    catalogue = 100 + np.arange(items)
    data = Interactions.from_columns(
        person[touched], 100 + item[touched], times=rng.random(touched.sum()), catalogue=catalogue
    )
    taste = np.where(np.arange(items) % 2, "taste:odd", "taste:even")
    shelf = np.char.add("shelf:", (np.arange(items) // 8).astype(str))
    return data.with_attributes(np.concatenate([taste, shelf]), np.tile(catalogue, 2))


@pytest.fixture
def tastes() -> Interactions:
    return two_tastes()
