"""The console's first page is about the whole site: drawn once for all operators, for seconds.

What an operator does through the console shows at once: whoever acts has it drawn anew.
"""

from collections.abc import Callable

from django.core.cache import cache

from recsys.lib.caches import going_on_without_it

KEY = "console:overview"
KEPT_SECONDS = 10


def kept_overview(draw: Callable[[], str]) -> str:
    """The page's figures as HTML: as last drawn, or by `draw` where that is too long ago."""
    with going_on_without_it():
        if (drawn := cache.get(KEY)) is not None:
            return str(drawn)
    drawn = draw()
    with going_on_without_it():
        cache.set(KEY, drawn, KEPT_SECONDS)
    return drawn


def forget_overview() -> None:
    """Something on it has changed by an operator's hand."""
    with going_on_without_it():
        cache.delete(KEY)
