"""Tables in and out of the console: shown before they are written, and written by services."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from import_export.admin import ImportExportMixin
from import_export.resources import ModelResource
from import_export.widgets import DateTimeWidget, ForeignKeyWidget
from unfold.contrib.import_export.forms import ExportForm, ImportForm

from recsys.lib.access import Actor, readable_by

MOST_EXPORTED = 100_000
"""Rows: the library holds a whole table in memory. More than these are the API's to page."""


class IsoDateTimeWidget(DateTimeWidget):
    """Times as everywhere else here: ISO 8601, in UTC where no offset is given."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> datetime | None:
        if not value or isinstance(value, datetime):
            return super().clean(value, row, **kwargs)
        try:
            read = datetime.fromisoformat(value)
        except ValueError as error:
            raise ValueError("Write times like 2026-01-31T12:00:00Z.") from error
        return read if read.tzinfo else read.replace(tzinfo=UTC)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> Any:
        if not value or kwargs.get("force_native_type"):
            return super().render(value, obj, **kwargs)
        return value.isoformat()


class NamedRowWidget(ForeignKeyWidget):
    """Another row, by id or name; where there is none, the refusal says which was meant."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        try:
            return super().clean(value, row, **kwargs)
        except ObjectDoesNotExist as error:
            kind = self.model._meta.verbose_name
            said = f"There is no {kind} whose {self.field} is “{value}”."
            raise ValueError(said) from error


class ServiceResource(ModelResource):
    """Rows as the actor may see them; each that comes in is written as theirs, by a service.

    A refusal is the error of its row in the preview, and then nothing of the file is written.
    """

    WIDGETS_MAP = {**ModelResource.WIDGETS_MAP, "DateTimeField": IsoDateTimeWidget}

    def __init__(self, *, actor: Actor, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.actor = actor

    @classmethod
    def get_fk_widget(cls, field: Any) -> Any:
        return partial(NamedRowWidget, model=field.related_model, field="id")

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

    def _do_file_export(
        self, file_format: Any, request: HttpRequest, queryset: QuerySet[Any], **kwargs: Any
    ) -> HttpResponse:
        if queryset[MOST_EXPORTED : MOST_EXPORTED + 1]:
            rows = f"{MOST_EXPORTED:,} row{'s are' if MOST_EXPORTED > 1 else ' is'}"
            told = f"At most {rows} exported at once: narrow the list first."
            self.message_user(request, told, messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        return super()._do_file_export(file_format, request, queryset, **kwargs)

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_import_resource_kwargs(request, **kwargs), "actor": request.user}

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_export_resource_kwargs(request, **kwargs), "actor": request.user}
