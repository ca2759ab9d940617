from typing import Any

from django.apps import AppConfig
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured

LOADER_IS_OPEN = "PyLD's document loader is not the frozen one: documents could make us fetch."


class JsonLdConfig(AppConfig):
    name = "recsys.lib.jsonld"
    label = "jsonld"

    def ready(self) -> None:
        from recsys.lib.jsonld.processor import install_frozen_loader, is_loader_frozen

        install_frozen_loader()
        if not is_loader_frozen():
            raise ImproperlyConfigured(LOADER_IS_OPEN)
        register(check_loader)


def check_loader(app_configs: Any = None, **kwargs: Any) -> list[Error]:  # noqa: ARG001 (Django calls it so)
    """Something replaced the loader after start-up."""
    from recsys.lib.jsonld.processor import is_loader_frozen

    return [] if is_loader_frozen() else [Error(LOADER_IS_OPEN, id="jsonld.E001")]
