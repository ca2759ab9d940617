"""JSON-LD inside pages, where search engines look for it."""

from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString

from recsys.lib.media import JSONRenderer

ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"}
"""What could end a script element, begin a comment in it, or break a line of a script."""


def script_text(document: Mapping[str, Any]) -> SafeString:
    """The document as the text of a `<script type="application/ld+json">` element.

    It says the same as the document, and nothing in it can end the element.
    """
    return SafeString(JSONRenderer().render(document).decode().translate(ESCAPES))
