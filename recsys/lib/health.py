"""Is it alive, is it ready: a short list of named checks that anybody below may add to."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

logger = logging.getLogger(__name__)

Check = Callable[[], str | None]
"""Says what is wrong in one sentence; None when nothing is."""

_checks: dict[str, tuple[Check, bool]] = {}


def health_check(name: str, *, is_vital: bool) -> Callable[[Check], Check]:
    """Declare a check. Without something vital the site is not ready (503); without the rest
    it is degraded: its answers are older or plainer, so it stays in rotation (200)."""

    def register(check: Check) -> Check:
        _checks[name] = (check, is_vital)
        return check

    return register


def health() -> tuple[str, dict[str, str]]:
    """`ok`, `degraded` or `unavailable`, and what each check says."""
    findings = {name: _finding(name, check) for name, (check, _) in _checks.items()}
    failing = {name for name, finding in findings.items() if finding != "ok"}
    if any(is_vital for name, (_, is_vital) in _checks.items() if name in failing):
        return "unavailable", findings
    return ("degraded" if failing else "ok"), findings


def _finding(name: str, check: Check) -> str:
    try:
        return check() or "ok"
    except Exception:  # a check that cannot be made has failed
        logger.warning("health check %s failed", name, exc_info=True)
        return "It does not answer."


@health_check("database", is_vital=True)
def database_answers() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return None


@health_check("cache", is_vital=True)
def cache_remembers() -> str | None:
    key = f"health:{uuid4()}"
    cache.set(key, "ok", 10)
    return None if cache.get(key) == "ok" else "It forgets what it was told."


@never_cache
def livez(_request: HttpRequest) -> JsonResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Whether this process should be sent requests, and what it lacks."""
    status, findings = health()
    body: dict[str, Any] = {"status": status, "checks": findings}
    return JsonResponse(body, status=503 if status == "unavailable" else 200)
