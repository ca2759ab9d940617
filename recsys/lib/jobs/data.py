from django.db.models import TextChoices


class JobState(TextChoices):
    AVAILABLE = "available", "Available"
    EXECUTING = "executing", "Executing"
    RETRYABLE = "retryable", "Waiting to be tried again"
    COMPLETED = "completed", "Completed"
    DISCARDED = "discarded", "Discarded after its last attempt"
    CANCELLED = "cancelled", "Cancelled"
