"""The formulas' weights and windows as the settings have them."""

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings

from recommendations.data import DEEDS
from recommendations.engine.deeds import EXCLUDES, Evidence
from recommendations.engine.terms import TermWeights
from recommendations.scoring.generator import HomepageWeights
from recommendations.scoring.interest import InterestWeights
from recommendations.scoring.similarity import SimilarityWeights

__all__ = [
    "active_window",
    "attribute_weights",
    "evidence_by_kind",
    "home_rules",
    "homepage_weights",
    "interest_weights",
    "similarity_weights",
    "term_weights",
]


def interest_weights() -> InterestWeights:
    return InterestWeights(**settings.RECSYS_INTEREST)


def similarity_weights() -> SimilarityWeights:
    return SimilarityWeights(**settings.RECSYS_SIMILARITY)


def homepage_weights() -> HomepageWeights:
    return HomepageWeights(**settings.RECSYS_HOMEPAGE)


@dataclass(frozen=True, slots=True)
class AttributeWeights:
    """How much each sort of statement on an item counts; common ones are left out."""

    category: float
    statement: float
    word: float
    most_items: int


def attribute_weights() -> AttributeWeights:
    return AttributeWeights(**settings.RECSYS_ATTRIBUTES)


def evidence_by_kind() -> list[Evidence]:
    """What each kind in DEEDS says of a person's taste; one without a setting says nothing."""
    said = (settings.RECSYS_EVIDENCE.get(kind, {"weight": 0.0}) for kind in DEEDS)
    return [EXCLUDES if each is None else Evidence(**each) for each in said]


def term_weights() -> TermWeights:
    return TermWeights(**settings.RECSYS_TERMS)


@dataclass(frozen=True, slots=True)
class HomeRules:
    """What a list by a model looks like; `relevance` 1 asks for no diversity beyond the caps."""

    limit: int
    relevance: float
    per_category: int
    per_seller: int
    explored_share: float


def home_rules() -> HomeRules:
    return HomeRules(**settings.RECSYS_HOME_RULES)


def active_window() -> timedelta:
    """How lately somebody must have signed in, or joined, to be recomputed for."""
    return timedelta(days=settings.RECSYS_ACTIVE_DAYS)
