"""Whole requests through Django's test client, beside those of a bare view in the same run."""

import gc
import time
from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import clear_url_caches, path

import recsys.urls

Case = Callable[[], Any]


def serve_bare() -> None:
    """Have `/bare/` answer what costs next to nothing."""
    recsys.urls.urlpatterns.insert(0, path("bare/", _bare))
    clear_url_caches()


def _bare(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"ok": True})


def fastest_quarter(cases: Mapping[str, Case], *, requests: int, rounds: int) -> dict[str, float]:
    """CPU seconds per request of each case, at the first quartile of its rounds.

    The cases take turns, so that whatever else the machine does befalls all of them.
    """
    gc.freeze()  # as recsys.wsgi does
    for name, case in cases.items():
        for _ in range(requests):  # warmed: caches filled, templates and statements prepared
            assert case().status_code == 200, name
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(rounds):
        for name, case in cases.items():
            taken[name].append(cpu(case, requests))
    return {name: sorted(times)[rounds // 4] for name, times in taken.items()}


def cpu(case: Case, times: int) -> float:
    """Seconds of this process's CPU per call."""
    started = time.process_time()
    for _ in range(times):
        case()
    return (time.process_time() - started) / times
