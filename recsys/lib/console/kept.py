"""The console's first page is about the whole site: drawn once for all operators, for seconds.

What an operator does through the console shows at once: whoever acts has it drawn anew.
"""

from collections.abc import Callable

from django.core.cache import cache

KEY = "console:overview"
KEPT_SECONDS = 10


def kept_overview(draw: Callable[[], str]) -> str:
    """The page's figures as HTML: as last drawn, or by `draw` where that is too long ago."""
    drawn = cache.get(KEY)
    if drawn is None:
        drawn = draw()
        cache.set(KEY, drawn, KEPT_SECONDS)
    return str(drawn)


def forget_overview() -> None:
    """Something on it has changed by an operator's hand."""
    cache.delete(KEY)
