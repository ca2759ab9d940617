from typing import Any

from django import forms

AMOUNT: dict[str, Any] = {"min_value": 0, "max_digits": 12, "decimal_places": 2}


class BidForm(forms.Form):
    amount = forms.DecimalField(label="Your bid", **AMOUNT)
    maximum = forms.DecimalField(label="Your maximum", required=False, **AMOUNT)
