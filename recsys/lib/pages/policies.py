"""Which Content-Security-Policy an address gets."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase

SELF, INLINE = "'self'", "'unsafe-inline'"
WIDER: dict[str, dict[str, list[str]]] = {
    "/admin/": {
        "script-src": [SELF, INLINE, "'unsafe-eval'"],
        "style-src": [SELF, INLINE],
        "img-src": [SELF, "data:"],
    },
    "/api/docs/": {"style-src": [SELF, INLINE], "img-src": [SELF, "data:"]},
}
"""What these pages need besides, by how their addresses begin. The console's interface evaluates
expressions and styles elements; only staff get there. Swagger UI styles elements, too."""


class PolicyByAddress(CSPMiddleware):
    """The strict policy everywhere, the setting, widened where `WIDER` says so.

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
    return next((wider for prefix, wider in WIDER.items() if path.startswith(prefix)), None)
