from django import forms

from inventory.data import MAX_QUANTITY, Visibility
from inventory.models import Bag


class BagForm(forms.ModelForm):
    class Meta:
        model = Bag
        fields = ["name", "visibility"]


class NewBagForm(forms.Form):
    name = forms.CharField(label="Name of a new bag", max_length=120)
    visibility = forms.ChoiceField(choices=Visibility.choices)


class QuantityForm(forms.Form):
    quantity = forms.IntegerField(min_value=1, max_value=MAX_QUANTITY)


class IntoBagForm(forms.Form):
    """An existing bag, or the name of a new one."""

    bag = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    name = forms.CharField(required=False, max_length=120)
