"""The formulas' weights and windows as the settings have them."""

from datetime import timedelta

from django.conf import settings

from recommendations.scoring.generator import HomepageWeights
from recommendations.scoring.interest import InterestWeights
from recommendations.scoring.similarity import SimilarityWeights

__all__ = ["active_window", "homepage_weights", "interest_weights", "similarity_weights"]


def interest_weights() -> InterestWeights:
    return InterestWeights(**settings.RECSYS_INTEREST)


def similarity_weights() -> SimilarityWeights:
    return SimilarityWeights(**settings.RECSYS_SIMILARITY)


def homepage_weights() -> HomepageWeights:
    return HomepageWeights(**settings.RECSYS_HOMEPAGE)


def active_window() -> timedelta:
    """How lately somebody must have signed in, or joined, to be recomputed for."""
    return timedelta(days=settings.RECSYS_ACTIVE_DAYS)
