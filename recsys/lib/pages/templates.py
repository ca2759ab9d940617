"""What the visitor's templates (Jinja2) know besides what a view hands them.

Jinja2 compiles a template to Python: a page takes a tenth of the time that Django's own engine
needs for it. The console's templates are Django's, like those that they extend.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template import defaultfilters
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html, linebreaks
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django_htmx.jinja import htmx_script
from jinja2 import Environment, StrictUndefined

ADDRESSES_KEPT = 10_000
TEXTS_KEPT = 10_000
A_MINUTE = timedelta(minutes=1)

Filter = Callable[..., Any]


def environment(**options: Any) -> Environment:
    """Jinja2 as the settings ask for it; a name that a template misspells is an error."""
    options["undefined"] = StrictUndefined
    made = Environment(**options)  # noqa: S701 (Django's backend has it escape everything)
    made.globals |= {"url": url, "htmx_script": cache(htmx_script)}
    made.filters |= FILTERS
    return made


@lru_cache(maxsize=ADDRESSES_KEPT)
def url(name: str, *args: Any) -> str:
    """The address of a page, by its name in the URL configuration.

    Of a page without arguments written `'name'|url`: Jinja2 works filters of constants out once,
    when it compiles the template.
    """
    return reverse(name, args=args)


def money(value: Any) -> str:
    """A price in the site's currency; a dash where there is none."""
    return "–" if value is None else f"{value:,.2f}\N{NO-BREAK SPACE}{settings.CURRENCY}"


def two_decimals(value: Any) -> str:
    return f"{value:.2f}"


@lru_cache(maxsize=TEXTS_KEPT)
def date(moment: Any, pattern: str) -> str:
    """A moment in Django's words for dates; nothing where there is none."""
    return defaultfilters.date(moment, pattern)


def ago(moment: datetime, now: datetime | None = None) -> str:
    """How long ago, in the two largest units; it changes with the minute."""
    return _ago(moment, (now or timezone.now()).replace(second=0, microsecond=0))


@lru_cache(maxsize=TEXTS_KEPT)
def _ago(moment: datetime, minute: datetime) -> str:
    return f"{timesince(moment, minute)} ago" if minute - moment >= A_MINUTE else "just now"


@lru_cache(maxsize=TEXTS_KEPT // 10)
def paragraphs(text: str) -> SafeString:
    """Plain text as HTML: an empty line begins a paragraph."""
    return mark_safe(linebreaks(text, autoescape=True))  # noqa: S308 (escaped there)


def drawn(places: Iterable[Any], *how: Any) -> SafeString:
    """What draws itself, one after the other: for less than a template's loop takes."""
    return mark_safe("".join([place.draw(*how) for place in places]))  # noqa: S308 (safe texts)


FILTERS: dict[str, Filter] = {
    "ago": ago,
    "capfirst": defaultfilters.capfirst,
    "date": date,
    "drawn": drawn,
    "paragraphs": paragraphs,
    "money": money,
    "pluralize": defaultfilters.pluralize,
    "truncatechars": defaultfilters.truncatechars,
    "static": static,
    "two_decimals": two_decimals,
    "url": url,
}


def draw(name: str, **context: Any) -> SafeString:
    """A part of a page as a text that may be kept: it shows what it is given, and nothing else."""
    return mark_safe(render_to_string(name, context))  # noqa: S308 (the template escapes)


def visitor(request: HttpRequest) -> dict[str, Any]:
    """Context of every page: who looks at it, what they are told, and their forms' token.

    The token is masked anew for each page, once: a page with ten forms sends it ten times.
    """
    token = SimpleLazyObject(lambda: _token(request))
    return {
        "user": getattr(request, "user", None) or AnonymousUser(),
        "messages": get_messages(request),
        "csrf_token": token,
        "csrf_input": SimpleLazyObject(lambda: _hidden_field(token)),
    }


def _token(request: HttpRequest) -> str:
    """Django's; but a browser that has just brought the cookie is not sent it again."""
    token = get_token(request)
    if request.COOKIES.get(settings.CSRF_COOKIE_NAME) == request.META["CSRF_COOKIE"]:
        request.META["CSRF_COOKIE_NEEDS_UPDATE"] = False
    return token


def _hidden_field(token: Any) -> str:
    return format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', token)
