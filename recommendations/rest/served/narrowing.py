"""What a served list is narrowed to, as the address says: in the words of `items/`."""

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from inventory.data import Kind
from inventory.queries import Narrowing, narrowed_to

NAMES = {"kind", "category", "meta"}
NARROWING = [
    OpenApiParameter(
        "kind", str, enum=Kind.values, many=True, description="May be given more than once."
    ),
    OpenApiParameter("category", str, description="Slug or id; what lies below it counts."),
    OpenApiParameter(
        "meta",
        str,
        many=True,
        description="Only items whose metadata says so: `dc:subject=fox`, as for `items/`. Repeat "
        "it for conditions that all hold.",
    ),
]


def narrowing_from(request: Request) -> Narrowing | None:
    """What the address asks for besides; None where it narrows nothing. Raises InvalidInput."""
    given = request.query_params
    if not NAMES & given.keys():
        return None
    found = narrowed_to(
        kinds=given.getlist("kind"),
        category=given.get("category", ""),
        meta=given.getlist("meta"),
    )
    return None if found == Narrowing() else found
