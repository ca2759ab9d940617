"""What can go wrong, in the words of the domain, and the one shape in which clients hear of it.

Every error answer is `{"code", "detail"}`, with `"fields"` (a list of messages per field) where
the input was at fault.
"""

import logging
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
)
from django.db import IntegrityError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

logger = logging.getLogger(__name__)

STATUSES_WITH_A_PAGE = {400, 403, 404, 500}
"""Which say in their own words what is wrong; the others say what the refusal says."""


class DomainError(Exception):
    """A refusal a client can understand. Subclasses fix the status; the code names the cause.

    `facts` go into the body beside it: what a program needs to do better, like the minimum bid.
    """

    status = 400
    code = "invalid"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        fields: dict[str, list[str]] | None = None,
        retry_after: int | None = None,
        facts: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.code = code or self.code
        self.fields = fields
        self.retry_after = retry_after
        self.facts = facts or {}


class InvalidInput(DomainError):
    @classmethod
    def of(cls, field: str, message: str) -> "InvalidInput":
        """The refusal of one field, in whose words the whole is refused."""
        return cls(message, fields={field: [message]})


class NotAllowed(DomainError):
    status = 403
    code = "permission_denied"


class NotFound(DomainError):
    """Also what somebody hears who may not see the row: both look the same."""

    status = 404
    code = "not_found"

    def __init__(self, detail: str = "Not found.", **kwargs: Any) -> None:
        super().__init__(detail, **kwargs)


class Conflict(DomainError):
    """The row's present state does not allow it: an auction that is over, a name taken."""

    status = 409
    code = "conflict"


class Unprocessable(DomainError):
    status = 422
    code = "unprocessable"


class Unavailable(DomainError):
    """Not now; nothing was written, and trying again may work."""

    status = 503
    code = "unavailable"


def exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every refusal as `{"code", "detail", "fields"?}`."""
    error = as_domain_error(exception)
    if error is None:
        return None  # a bug: Django logs it and answers 500
    set_rollback()
    response = Response(error_body(error), status=error.status)
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    challenge = getattr(exception, "auth_header", None)
    if challenge:
        response["WWW-Authenticate"] = challenge
    return response


def error_body(error: DomainError) -> dict[str, Any]:
    body: dict[str, Any] = {"code": error.code, "detail": error.detail, **error.facts}
    if error.fields:
        body["fields"] = error.fields
    return body


def as_domain_error(exception: Exception) -> DomainError | None:
    """The refusal that an exception amounts to; None: it is a bug."""
    match exception:
        case DomainError():
            return exception
        case exceptions.ValidationError():
            fields = _messages_by_field(exception.detail)
            return InvalidInput(_first_message(fields), fields=fields)
        case exceptions.APIException():
            return _from_api_exception(exception)
        case Http404():
            return NotFound()
        case PermissionDenied():
            return NotAllowed("You may not do this.")
        case RequestDataTooBig():
            return _with_status(413, "too_large", "The request body is too large.")
        case SuspiciousOperation() | BadRequest():
            return InvalidInput("The request could not be understood.")
        case IntegrityError() if "foreign key" in str(exception).lower():
            # What was there when we looked is gone: an account or an item deleted meanwhile.
            logger.warning("refused at commit: %s", exception)
            return Conflict("Something this refers to was removed a moment ago.")
        case OperationalError():
            logger.exception("the database did not answer")
            return Unavailable("The database is busy; try again in a moment.", retry_after=1)
    return None


def _with_status(status: int, code: str, detail: str) -> DomainError:
    error = DomainError(detail, code=code)
    error.status = status
    return error


def _from_api_exception(exception: exceptions.APIException) -> DomainError:
    code = str(exception.get_codes())
    error = _with_status(exception.status_code, code, str(exception.detail))
    wait = getattr(exception, "wait", None)
    error.retry_after = int(wait) + 1 if wait else None
    return error


def _messages_by_field(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """DRF's nested error detail, flattened: `{"items.3.kind": ["…"]}`."""
    pairs: Iterable[tuple[str, Any]]
    if isinstance(detail, dict):
        pairs = detail.items()
    elif any(isinstance(part, (dict, list)) for part in detail):
        pairs = ((str(position), part) for position, part in enumerate(detail) if part)
    else:
        return {prefix or "non_field_errors": [str(message) for message in detail]}
    fields: dict[str, list[str]] = {}
    for name, part in pairs:
        fields |= _messages_by_field(part, f"{prefix}.{name}" if prefix else str(name))
    return fields


def _first_message(fields: dict[str, list[str]]) -> str:
    name, messages = next(iter(fields.items()), ("", ["Invalid input."]))
    return messages[0] if name in ("", "non_field_errors") else f"{name}: {messages[0]}"


# --- Answers outside any DRF view (no such address, a bug, a bad host) --------------------------


def json_error(status: int, code: str, detail: str) -> JsonResponse:
    return JsonResponse({"code": code, "detail": detail}, status=status)


def _answer(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    """The same shape for programs; a page for people, who are outside the API and accept HTML.

    Drawn without the request, so that it needs no database: that may be what is amiss.
    """
    is_page = not request.path.startswith("/api/")
    if is_page and request.get_preferred_type(["application/json", "text/html"]) == "text/html":
        template = f"{status}.html" if status in STATUSES_WITH_A_PAGE else "refused.html"
        return HttpResponse(render_to_string(template, {"detail": detail}), status=status)
    return json_error(status, code, detail)


def refused(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    """The answer to whoever asked for a page, and cannot have it."""
    answer = _answer(request, refusal.status, refusal.code, refusal.detail)
    if refusal.retry_after is not None:
        answer["Retry-After"] = str(refusal.retry_after)
    return answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 400, "invalid", "The request could not be understood.")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 403, "permission_denied", "You may not do this.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, 403, "csrf_failed", "Load the page again, and send the form anew.")


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _answer(request, 404, "not_found", "Not found.")


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500, "server_error", "Something went wrong here. It was logged.")
