"""Which Content-Security-Policy an address gets."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class PolicyByAddress(CSPMiddleware):
    """The strict policy everywhere, widened where `CONTENT_SECURITY_POLICY_BY_PREFIX` says so.

    A view that replaces or updates the policy itself has the last word.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if not report_only and parts.replace is None:
            parts.replace = _wider(request.path_info)
        return parts


def _wider(path: str) -> dict[str, list[str]] | None:
    policies = settings.CONTENT_SECURITY_POLICY_BY_PREFIX.items()
    return next((wider for prefix, wider in policies if path.startswith(prefix)), None)
