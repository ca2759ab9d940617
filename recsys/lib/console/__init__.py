"""The operator's console: the admin, ruled by the policies and open to every floor's panels."""

from recsys.lib.console.actions import asks_first
from recsys.lib.console.extensions import adds_action, panel
from recsys.lib.console.kept import forget_overview, kept_overview
from recsys.lib.console.model_admin import (
    EndlessModelAdmin,
    PolicyModelAdmin,
    PolicyTabularInline,
)

__all__ = [
    "EndlessModelAdmin",
    "PolicyModelAdmin",
    "PolicyTabularInline",
    "adds_action",
    "asks_first",
    "forget_overview",
    "kept_overview",
    "panel",
]
