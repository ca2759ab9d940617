"""Which of the representations that an address has is wanted: `Accept`, weighed by its `q`.

DRF's own way does not read `q`, and Django's refuses a type for a parameter that means nothing
here (`charset`). Of parameters only `profile` tells two representations apart.
"""

from collections.abc import Sequence
from typing import Any

from django.http.request import MediaType
from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation

MOST_ACCEPTED = 50


def preferred(accept: str, offered: Sequence[str]) -> str | None:
    """The one of `offered` that is wanted most: by quality, then by how exactly it is named, then
    by its place in the header, then by its place among `offered`. None where none is wanted."""
    wanted = [
        MediaType(part) for part in accept.lower().split(",")[:MOST_ACCEPTED] if part.strip()
    ]
    best: tuple[float, int, int] = (0.0, 0, 0)
    found = None
    for name in offered:
        rank = _rank(MediaType(name), wanted)
        if rank > best:
            best, found = rank, name
    return found


def _rank(offered: MediaType, wanted: Sequence[MediaType]) -> tuple[float, int, int]:
    """(quality, exactness, place) by the header's most exact word on the type."""
    places = [
        (_exactness(offered, each), -place, each.quality) for place, each in enumerate(wanted)
    ]
    exactness, place, quality = max(places, default=(0, 0, 0.0))
    return (quality, exactness, place) if exactness and quality else (0.0, 0, 0)


def _exactness(offered: MediaType, wanted: MediaType) -> int:
    """0 where `wanted` does not cover the type; a profile it names counts most."""
    named = (wanted.main_type, wanted.sub_type)
    if named == ("*", "*"):
        return 1
    if named == (offered.main_type, "*"):
        return 2
    if named != (offered.main_type, offered.sub_type):
        return 0
    profile = offered.params.get("profile")
    if profile is None:
        return 3
    return 4 if wanted.params.get("profile") == profile else 0


class Negotiation(DefaultContentNegotiation):
    """DRF's, with `Accept` read by `preferred`."""

    def select_renderer(
        self, request: Any, renderers: Any, format_suffix: str | None = None
    ) -> tuple[Any, str]:
        """The renderer and its media type. Raises NotAcceptable."""
        named = format_suffix or request.query_params.get(self.settings.URL_FORMAT_OVERRIDE)
        if named:
            renderers = self.filter_renderers(renderers, named)
        by_type = {renderer.media_type: renderer for renderer in renderers}
        found = preferred(request.META.get("HTTP_ACCEPT") or "*/*", list(by_type))
        if found is None:
            raise NotAcceptable(available_renderers=renderers)
        return by_type[found], found
