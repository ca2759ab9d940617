from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    name = "recsys.lib.jobs"

    def ready(self) -> None:
        from recsys.lib.jobs import heartbeat, measures  # noqa: F401 (they declare themselves)

        autodiscover_modules("jobs")  # every app's job functions declare themselves
