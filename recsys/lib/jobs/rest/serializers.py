from datetime import timedelta

from django.utils import timezone
from rest_framework import serializers

from recsys.lib.jobs.models import Job


class JobReadSerializer(serializers.ModelSerializer):
    """Durations in seconds; `rate` in things per second; `remaining` is an estimate."""

    duration = serializers.SerializerMethodField()
    rate = serializers.SerializerMethodField()
    remaining = serializers.SerializerMethodField()

    class Meta:
        model = Job
        fields = [
            "id", "name", "args", "queue", "state", "attempt", "max_attempts", "scheduled_at",
            "due_at", "started_at", "finished_at", "duration", "done", "total", "rate",
            "remaining", "result", "error",
        ]  # fmt: skip
        read_only_fields = fields

    def get_duration(self, job: Job) -> float | None:
        return _seconds(job.duration(timezone.now()))

    def get_rate(self, job: Job) -> float | None:
        return job.rate(timezone.now())

    def get_remaining(self, job: Job) -> float | None:
        return _seconds(job.remaining(timezone.now()))


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else round(duration.total_seconds(), 3)


class JobWriteSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=64)
    args = serializers.DictField(default=dict, help_text="The job's arguments: ids and flags.")
