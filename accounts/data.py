"""What other apps may know of people: plain values."""

from django.db.models import TextChoices


class Presence(TextChoices):
    ONLINE = "online", "Online"
    AWAY = "away", "Away"
    BUSY = "busy", "Busy"
    INVISIBLE = "invisible", "Invisible"
    OFFLINE = "offline", "Offline"


class Role(TextChoices):
    """The roles; each is a Django group of this name, made by a migration."""

    ADMINISTRATORS = "administrators", "Administrators"
    RECOMMENDATION_MANAGERS = "recommendation managers", "Recommendation managers"
    SELLERS = "sellers", "Sellers"
    CREATORS = "creators", "Creators"
    EVENT_WRITERS = "event writers", "Event writers"
    SERVICES = "services", "Services"
