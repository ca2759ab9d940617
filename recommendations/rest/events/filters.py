import django_filters

from recommendations.data import EventKind
from recommendations.models import Event
from recsys.lib.filters import IdFilter


class EventFilter(django_filters.FilterSet):
    item = IdFilter(field_name="item")
    kind = django_filters.ChoiceFilter(choices=EventKind.choices)

    class Meta:
        model = Event
        fields: list[str] = []
