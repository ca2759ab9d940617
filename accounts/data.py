"""What other apps may know of people: plain values."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import TextChoices


class Presence(TextChoices):
    ONLINE = "online", "Online"
    AWAY = "away", "Away"
    BUSY = "busy", "Busy"
    INVISIBLE = "invisible", "Invisible"
    OFFLINE = "offline", "Offline"


# What others may see of it: the invisible look offline.
SHOWN_PRESENCES = [choice for choice in Presence.choices if choice[0] != Presence.INVISIBLE]


class Role(TextChoices):
    """The roles; each is a Django group of this name, made by a migration."""

    ADMINISTRATORS = "administrators", "Administrators"
    RECOMMENDATION_MANAGERS = "recommendation managers", "Recommendation managers"
    SELLERS = "sellers", "Sellers"
    CREATORS = "creators", "Creators"
    EVENT_WRITERS = "event writers", "Event writers"
    SERVICES = "services", "Services"


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person as an import or a seed knows them: `uid` is their name there."""

    uid: str
    username: str = ""
    """Wanted; the uid where empty."""
    email: str = ""
    display_name: str = ""
    biography: str = ""
    password: str | None = None
    is_operator: bool = False
    date_joined: datetime | None = None
    """Now where None."""
    last_sign_in_at: datetime | None = None
    sign_in_count: int = 0
