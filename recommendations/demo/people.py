"""The demo's people: when they came, when they were last here, and what they like."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from accounts.data import NewPerson
from recommendations.demo.logins import DEMO_USERNAME, OPERATOR_USERNAME
from recommendations.demo.words import FIRST_NAMES, LAST_NAMES, TASTES

SPAN_DAYS = 120
PEOPLE_PER_SELLER = 12
STYLES = 3
"""Circles of makers within a shelf: people keep to one, which is what neighbours are made of."""


class Member(NamedTuple):
    """A person of the demo with what drives them; `style` picks a circle of makers.

    `keenness` is how many times as much as others they look around.
    """

    person: NewPerson
    taste: tuple[str, ...]
    style: int
    is_seller: bool = False
    keenness: float = 1


class Presence(NamedTuple):
    """A pattern of sign-ins, in days before now: joined and last seen within these bounds."""

    share: int
    joined: tuple[float, float]
    last_seen: tuple[float, float] | None


# In hundredths of the people who do not sell. Half of them were here within the last 30 days.
PRESENCES = (
    Presence(38, (1, 100), (0.1, 28)),
    Presence(38, (36, 100), (31, 99)),
    Presence(12, (0.5, 28), None),
    Presence(12, (32, 90), None),
)
SELLERS = Presence(0, (118, SPAN_DAYS), (0.1, 6))


def demo_people(rng: Random, count: int, now: datetime) -> Iterator[Member]:
    """`count` people and the two known logins; sellers first, who were there from the start."""
    yield Member(_somebody(rng, OPERATOR_USERNAME, "Operator", SELLERS, now), TASTES[0], 0)
    demo = _somebody(rng, DEMO_USERNAME, "Demo", SELLERS, now)
    yield Member(demo, TASTES[3], 1, keenness=4)  # whoever tries it finds something to see
    sellers = max(2, count // PEOPLE_PER_SELLER)
    for position in range(count):
        is_seller = position < sellers
        presence = SELLERS if is_seller else _presence(position)
        name = f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)}"
        username = f"{name.lower().replace(' ', '_')}_{position}"
        person = _somebody(rng, username, name, presence, now)
        yield Member(person, rng.choice(TASTES), rng.randrange(STYLES), is_seller)


def _presence(position: int) -> Presence:
    """Spread evenly, so that the shares hold for every hundred people."""
    place = position * 37 % 100
    for presence in PRESENCES:
        place -= presence.share
        if place < 0:
            return presence
    raise AssertionError("The shares add up to a hundred.")


def _somebody(
    rng: Random, username: str, name: str, presence: Presence, now: datetime
) -> NewPerson:
    joined = rng.uniform(*presence.joined)
    seen = None
    if presence.last_seen:
        nearest, farthest = presence.last_seen
        seen = rng.uniform(nearest, min(farthest, joined))
    return NewPerson(
        uid=username,
        username=username,
        display_name=name,
        is_operator=username == OPERATOR_USERNAME,
        date_joined=now - timedelta(days=joined),
        last_sign_in_at=None if seen is None else now - timedelta(days=seen),
        sign_in_count=0 if seen is None else 1 + int((joined - seen) * rng.uniform(0.1, 0.8)),
    )
