"""The words in which recommendations are given: reasons, sources, kinds of event."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import TextChoices

FORMULAS = "formulas"
"""Names the published formulas where a trained model's version would stand."""


class SimilarityReason(TextChoices):
    SAME_CATEGORY = "same_category", "Same category"
    PRICE_RANGE = "price_range", "Similar price"
    COLLABORATIVE = "collaborative", "Wanted by the same people"
    GOES_TOGETHER = "goes_together", "Goes well with it"


class Reason(TextChoices):
    """Why an item is recommended: by the formulas, in the order in which their rules are tried;
    where nothing personal is known; by a model, from what the person did."""

    POPULAR_IN_FAVORITE_CATEGORY = (
        "popular_in_favorite_category",
        "Popular in a category you like",
    )
    CATEGORY_INTEREST = "category_interest", "From a category you like"
    TRENDING = "trending", "Many people are watching it"
    ENDING_SOON = "ending_soon", "Ending soon"
    ACTIVE_AUCTION = "active_auction", "Open for bids now"
    FOR_YOU = "for_you", "Chosen for you"
    POPULAR = "popular", "Popular right now"
    NEWEST = "newest", "New here"
    LIKE_YOUR_BIDS = "like_your_bids", "Goes with what you bid on"
    LIKE_YOUR_WATCHES = "like_your_watches", "Goes with what you watch"
    LIKE_YOUR_BAGS = "like_your_bags", "Goes with what you collect"
    LIKE_YOUR_LOOKS = "like_your_looks", "Goes with what you looked at"
    RARELY_SEEN = "rarely_seen", "Few people have seen it yet"


REASON_WORDS = {reason.value: reason.label for reason in (*SimilarityReason, *Reason)}


class Source(TextChoices):
    """Which stage of serving an answer came from."""

    PERSONAL = "personal", "Personal"
    SIMILAR = "similar", "Similar"
    CATEGORY = "category", "Same category"
    POPULAR = "popular", "Popular"
    ENDING = "ending", "Ending soon"
    NEWEST = "newest", "Newest"


class EventKind(TextChoices):
    VIEW = "view", "View"
    OPEN = "open", "Open"
    LIKE = "like", "Like"
    SKIP = "skip", "Skip"
    HIDE = "hide", "Hide"
    VISIT = "visit", "Visit"
    SHARE = "share", "Share"
    DOWNLOAD = "download", "Download"


DEEDS = ("bid", "watch", "bag", "win", *EventKind.values)
"""What people do with items, from which models learn: new kinds are added at the end."""


class Family(TextChoices):
    """A kind of list that is kept ready: beside an item, for everybody, for one person."""

    SIMILAR = "similar", "Similar items"
    POPULAR = "popular", "Popular items"
    HOME = "home", "Personal lists"


class Drawn(NamedTuple):
    """How an explored place came by its item: the chance it had, and among how many."""

    propensity: float
    among: int


class Ranked(NamedTuple):
    """One place in a list: an item, how well it fits, and why; `drawn` where chance had a say."""

    item_id: int
    score: float
    reason: str
    drawn: Drawn | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """How many people bid on an item, watch it, and have an interest in its category."""

    bidders: int
    watchers: int
    likers: int


class EventStatus(TextChoices):
    """What became of an event somebody sent."""

    STORED = "stored", "Stored"
    DUPLICATE = "duplicate", "Known already"
    REFUSED = "refused", "Refused"


@dataclass(frozen=True, slots=True)
class EventOutcome:
    """What became of one row; `code` and `detail` say why it was refused."""

    event_id: str | None
    status: EventStatus
    code: str = ""
    detail: str = ""


class NewEvent(NamedTuple):
    """An event as a client, an import or a seed gives it."""

    user_id: int
    item_id: int
    kind: EventKind
    value: float | None
    occurred_at: datetime
    event_id: str = ""
    """The sender's id, where there is one."""
