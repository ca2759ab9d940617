"""Filters that several lists share."""

from typing import Any

import django_filters
from django import forms

LARGEST_ID = 2**63 - 1


class IdFilter(django_filters.Filter):
    """By the id of another row: a whole number a database can hold, or the client's mistake."""

    field_class = forms.IntegerField

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, min_value=1, max_value=LARGEST_ID, **kwargs)
