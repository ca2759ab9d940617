"""Filters that several lists share."""

from datetime import datetime, timedelta
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError

LARGEST_ID = 2**63 - 1


class IdFilter(django_filters.Filter):
    """By the id of another row: a whole number a database can hold, or the client's mistake."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=LARGEST_ID, **kwargs)


def within_calendar(moment: datetime) -> None:
    """Refuse what falls out of the calendar once it is turned into UTC."""
    try:
        moment - timedelta(days=2), moment + timedelta(days=2)
    except OverflowError as error:
        raise ValidationError("Enter a valid date/time.") from error


class MomentFilter(django_filters.IsoDateTimeFilter):
    """By a moment that a database can hold, or the client's mistake."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, validators=[within_calendar], **kwargs)
