"""What stands behind the question mark: checked by hand where a serializer would cost too much.

A serializer copies its fields for every request: 200 µs, as long as reading and rendering a list.
"""

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

LARGEST_ID = 2**63 - 1
MOST_DIGITS = len(str(LARGEST_ID))


def whole_number_from(request: Request, name: str, maximum: int = LARGEST_ID) -> int | None:
    """`?name=` from 1 to `maximum`, if it is given; anything else is a mistake (400)."""
    raw = request.query_params.get(name)
    if raw is None:
        return None
    is_number = raw.isascii() and raw.isdigit() and len(raw) <= MOST_DIGITS
    if not (is_number and 1 <= int(raw) <= maximum):
        raise ValidationError({name: [f"Give a whole number from 1 to {maximum}."]})
    return int(raw)
