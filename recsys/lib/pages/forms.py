"""What happens after a form: back to where it was sent from, or the domain's refusal in words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme

from recsys.lib.errors import DomainError

View = Callable[..., HttpResponse]


def me(request: HttpRequest) -> int:
    """The id of a member who asks."""
    return cast("int", request.user.pk)


def wants_fragment(request: HttpRequest) -> bool:
    """Whether htmx asks: it puts a part of the page in place, instead of a page."""
    return bool(request.headers.get("HX-Request"))


def members_only(view: View) -> View:
    """Guests who press a button sign in first, and come back to where the button is."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        return redirect_to_login(_own_address(request, request.POST.get("next", "")) or "/")

    return guarded


def back(request: HttpRequest, default: str) -> HttpResponse:
    """To the form's own `next`, if that is an address of this site, else to `default`."""
    return redirect(_own_address(request, request.POST.get("next", "")) or default)


def address_to_return_to(request: HttpRequest) -> str:
    """Where the button stands: the form's own `next`, else the page the browser came from."""
    came_from = request.headers.get("Referer", "")
    return _own_address(request, request.POST.get("next", "") or came_from) or "/"


def _own_address(request: HttpRequest, address: str) -> str:
    """`address` if it leads to this site; else nothing."""
    hosts, secure = {request.get_host()}, request.is_secure()
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=hosts, require_https=secure)
    return address if is_ours else ""


@contextmanager
def refusals_as_errors() -> Iterator[None]:
    """Inside a form's `clean`: the domain's refusal is an error of the form."""
    try:
        yield
    except DomainError as refusal:
        raise ValidationError(refusal.detail, code=refusal.code) from refusal


def explain_refusal(form: BaseForm, error: DomainError) -> None:
    """The refusal's messages beside the fields they are about."""
    fields = error.fields or {"": [error.detail]}
    for name, refusals in fields.items():
        for refusal in refusals:
            form.add_error(name if name in form.fields else None, refusal)


def first_refusal(form: BaseForm) -> str:
    """What is wrong, in one sentence."""
    name, refusals = next(iter(form.errors.items()))
    label = "" if name == "__all__" else f"{form.fields[name].label or name.capitalize()}: "
    return f"{label}{refusals[0]}"
