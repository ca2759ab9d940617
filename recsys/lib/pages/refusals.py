"""Where a page's view is refused something: in words, and back to where the visitor came from.

The API's views never let a refusal out; their exception handler answers it.
"""

from collections.abc import Callable

from django.contrib import messages
from django.db import IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRefresh

from recsys.lib.errors import DomainError, as_domain_error, refused
from recsys.lib.pages.forms import address_to_return_to, wants_fragment

SAFE = {"GET", "HEAD", "OPTIONS"}
ANSWERED_BY_A_PAGE = {403, 404}
OURS = (DomainError, IntegrityError, OperationalError)
"""The rest is Django's to answer (what was not found, a suspicious header), or a bug."""


class RefusalsInWords:
    """One answer to whatever a page is refused for, so that no view of a page has to think of it.

    What is not there or not allowed gets the page that says so, and so does a page that cannot be
    shown now. A button that cannot be obeyed is answered by the page it stands on, with the
    refusal above it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        refusal = as_domain_error(exception) if isinstance(exception, OURS) else None
        if refusal is None:
            return None
        if request.method in SAFE or refusal.status in ANSWERED_BY_A_PAGE:
            return refused(request, refusal)
        messages.error(request, refusal.detail)
        if wants_fragment(request):
            return HttpResponseClientRefresh()
        return redirect(address_to_return_to(request))
