"""What Prometheus reads at /metrics: figures that anybody below may add to, and no person's.

A scrape costs at most one reading of the figures every few seconds, however many ask.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from recsys.lib.errors import json_error

logger = logging.getLogger(__name__)

KEPT_SECONDS = 10.0

Measure = Callable[[], Iterable[Metric]]

_measures: list[Measure] = []


def measured(measure: Measure) -> Measure:
    """Have the decorated function's figures shown at /metrics."""
    _measures.append(measure)
    return measure


class _Measures(Collector):
    """All figures; one that cannot be read is left out, and counted."""

    def collect(self) -> Iterator[Metric]:
        failed = 0
        for measure in _measures:
            try:
                yield from list(measure())
            except Exception:  # the others still tell something
                logger.warning("%s could not be measured", measure.__name__, exc_info=True)
                failed += 1
        yield GaugeMetricFamily(
            "recsys_measures_failed", "Groups of figures that could not be read.", failed
        )


class Page:
    """The text of the last reading, for as long as it is kept."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(_Measures())
        self.lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self.text, self.read_at = b"", -KEPT_SECONDS

    def latest(self) -> bytes:
        with self.lock:
            if time.monotonic() - self.read_at > KEPT_SECONDS:
                self.text, self.read_at = generate_latest(self.registry), time.monotonic()
            return self.text


page = Page()


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text; with METRICS_TOKEN set, for those who bring it as a bearer token."""
    asked = request.headers.get("Authorization", "")
    token = settings.METRICS_TOKEN
    if token and not constant_time_compare(asked, f"Bearer {token}"):
        refusal = json_error(401, "not_authenticated", "Bring the metrics token.")
        refusal["WWW-Authenticate"] = "Bearer"
        return refusal
    return HttpResponse(page.latest(), content_type=CONTENT_TYPE_LATEST)
