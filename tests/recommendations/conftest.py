"""A marketplace whose lists come from a trained model."""

import pytest

from bidding.models import Bid
from recommendations.services import placements, seed_demo
from recommendations.services.keeper import ModelKeeper
from recommendations.services.training import train_model


@pytest.fixture
def keeper(settings, tmp_path, monkeypatch):
    """A process of its own: it holds nothing yet."""
    settings.RECSYS_MODELS_DIR = tmp_path / "models"
    settings.RECSYS_ALGORITHM = "item-graph"
    settings.RECSYS_NEWCOMERS_SECONDS = 0
    settings.RECSYS_CACHE_ENABLED = False
    fresh = ModelKeeper()
    monkeypatch.setattr(placements, "keeper", fresh)
    return fresh


@pytest.fixture
def version(keeper, now):
    """A trained marketplace, its model read."""
    seed_demo(users=40, items=80, seed=1, passwords={}, now=now)
    trained = train_model(now=now)
    assert trained["promoted"]
    keeper.held(wait=True)
    return trained["version"]


@pytest.fixture
def person(version):
    """Somebody with a history."""
    return Bid.objects.order_by("-id").first().bidder
