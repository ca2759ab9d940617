"""Tables in and out of the console: shown before they are written, and written by services."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from import_export.admin import ImportExportMixin
from import_export.resources import ModelResource
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from recsys.lib.access import Actor, readable_by


class ServiceResource(ModelResource):
    """Rows as the actor may see them; each that comes in is written as theirs, by a service.

    A refusal is the error of its row in the preview, and then nothing of the file is written.
    """

    def __init__(self, *, actor: Actor, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.actor = actor

    def get_queryset(self) -> QuerySet[Any]:
        return readable_by(self.actor, super().get_queryset())

    def write(self, row: Any, *, is_new: bool) -> int:
        """Hand what the file says of `row` to the service; the row's id."""
        raise NotImplementedError

    def do_instance_save(self, instance: Any, is_create: bool) -> None:
        instance.pk = self.write(instance, is_new=is_create)


class TableAdmin(ImportExportMixin):
    """Import for those who may add rows, export for those who may see them."""

    import_form_class = ImportForm
    export_form_class = ExportForm
    resource_classes: list[type[ServiceResource]]

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_enter_permission(request)

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_import_resource_kwargs(request, **kwargs), "actor": request.user}

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_export_resource_kwargs(request, **kwargs), "actor": request.user}
