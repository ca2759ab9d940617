"""What other apps may know of bids: their kinds, and the states of an order."""

from django.db.models import TextChoices


class BidKind(TextChoices):
    MANUAL = "manual", "Manual"
    PROXY = "proxy", "Proxy"
    AUTO = "auto", "Automatic"


class OrderStatus(TextChoices):
    PAYMENT_PENDING = "payment_pending", "Payment pending"
    PAID = "paid", "Paid"
    DISPATCHED = "dispatched", "Dispatched"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"
