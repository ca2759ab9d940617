"""Ids in addresses."""

from django.urls import register_converter
from django.urls.converters import IntConverter


class IdConverter(IntConverter):
    """A whole number that a database can hold; any longer one leads nowhere."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")
