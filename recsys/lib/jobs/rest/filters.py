from django_filters import rest_framework as filters

from recsys.lib.jobs.models import Job


class JobFilterSet(filters.FilterSet):
    class Meta:
        model = Job
        fields = ["name", "queue", "state"]
