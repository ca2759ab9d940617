"""CPU of the served lists, beside a bare JsonResponse in the same run, and cached beside computed.

    nice python -m benchmarks.serving [--requests 40] [--rounds 15]

Whole requests through Django's test client, on the database and cache that the environment names
(script/with-postgres, CACHE_URL=redis://…). Shared machines make times jump: the cases take turns,
each is judged by the fastest quarter of its rounds, and ratios are what counts.

Measured on two cores shared with other work (load 3 / 8), as multiples of the bare view:

| | home | ids, by a service | similar | statements |
| --- | --- | --- | --- | --- |
| SQLite | 4.3 / 4.9 | 3.8 / 4.7 | 3.0 / 3.7 | 3, 3, 2 |
| PostgreSQL | 5.0 / 5.6 | 4.6 / 4.9 | 3.6 / 4.2 | 3, 3, 2 |

A list computed on the spot takes 5 to 8 times the CPU of a kept one, with this small marketplace.
Noting hits and misses takes 0.1 % of a personal list.
"""

import argparse
import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import clear_url_caches, path
from knox.models import AuthToken

import recsys.urls
from accounts.models import User
from benchmarks import marketplaces
from inventory.models import Item
from recommendations import cache
from recommendations.data import Family
from recommendations.services import generate_popular_items, refresh_user_interests

Case = Callable[[], Any]


def main() -> None:
    options = options_of(__doc__)
    with marketplace(options):
        cases = _cases()
        _compare(cases, options)
        _compare_with_computing(cases["home"], options.requests)
        _counting(cases["home"], options)


@contextmanager
def marketplace(options: argparse.Namespace) -> Iterator[None]:
    """A database of its own with people, items and what they did, as the options say."""
    market = marketplaces.generated(
        options.people, options.items, categories=100, interactions=options.interactions
    )
    with database():
        marketplaces.load(market)
        now = datetime.now(UTC)
        generate_popular_items(now=now)
        refresh_user_interests(now=now)
        yield


def options_of(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description.partition("\n")[0])
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--items", type=int, default=5_000)
    parser.add_argument("--interactions", type=int, default=40_000)
    parser.add_argument("--requests", type=int, default=40, help="of each kind in a round")
    parser.add_argument("--rounds", type=int, default=15)
    return parser.parse_args()


@contextmanager
def database() -> Iterator[None]:
    settings.SECURE_SSL_REDIRECT = False
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = settings.VAR_DIR / "benchmark-serving.sqlite3"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    settings.ALLOWED_HOSTS = ["testserver"]
    caches["recommendations"].clear()
    try:
        yield
    finally:
        connection.creation.destroy_test_db(connection.settings_dict["NAME"], verbosity=0)


def bare(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"ok": True})


def asked() -> dict[str, tuple[str, dict[str, str]]]:
    """The addresses that are measured, each with its headers."""
    person = User.objects.get(username="person_7")
    service = User.objects.create(username="shop", email="shop@example.com")
    service.groups.add(Group.objects.get(name="services"))
    own, foreign = ({"Authorization": f"Token {_token(user)}"} for user in (person, service))
    item = Item.objects.filter(auction_status="active").order_by("-bid_count").first()
    assert item is not None
    return {
        "bare": ("/bare/", {}),
        "home": ("/api/v1/recommendations/", own),
        "ids": (f"/api/v1/recommendations/?user={person.pk}&fields=id", foreign),
        "similar": (f"/api/v1/items/{item.pk}/similar/?limit=20", {}),
    }


def _cases() -> dict[str, Case]:
    serve_bare()
    get = Client().get
    return {
        name: partial(get, address, headers=headers)
        for name, (address, headers) in asked().items()
    }


def serve_bare() -> None:
    recsys.urls.urlpatterns.insert(0, path("bare/", bare))
    clear_url_caches()


def _token(user: User) -> str:
    return str(AuthToken.objects.create(user)[1])


def _compare(cases: dict[str, Case], options: argparse.Namespace) -> None:
    gc.freeze()  # as recsys.wsgi does
    for name, case in cases.items():
        for _ in range(options.requests):  # warmed: caches filled, statements prepared
            assert case().status_code == 200, name
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(options.rounds):
        for name, case in cases.items():
            taken[name].append(_cpu(case, options.requests))
    best = {name: sorted(times)[options.rounds // 4] for name, times in taken.items()}
    backend = type(caches["recommendations"]).__name__
    for name, seconds in best.items():
        with CaptureQueriesContext(connection) as statements:
            cases[name]()
        print(
            f"{connection.vendor} {backend} {name:8} {seconds * 1e6:7,.0f} µs "
            f"{seconds / best['bare']:5.2f} × bare, {len(statements)} statements"
        )


def _compare_with_computing(home: Case, requests: int) -> None:
    kept = _cpu(home, requests)
    settings.RECSYS_CACHE_ENABLED = False
    computed = _cpu(home, requests)
    settings.RECSYS_CACHE_ENABLED = True
    print(f"home computed on the spot: {computed / kept:.1f} × the CPU of a kept one")


def _counting(home: Case, options: argparse.Namespace) -> None:
    """What noting hits and misses adds: a personal list looks two entries up."""
    keys = (cache.Key(Family.HOME, 1), cache.Key(Family.POPULAR))

    def count() -> None:
        for key in keys:
            cache.count(key.family, "fresh")

    shares = [_cpu(count, 1000) / _cpu(home, options.requests) for _ in range(options.rounds)]
    print(f"counting: {100 * min(shares):.1f} % of the CPU of a personal list")


def _cpu(case: Case, times: int) -> float:
    """Seconds of this process's CPU per call."""
    started = time.process_time()
    for _ in range(times):
        case()
    return (time.process_time() - started) / times


if __name__ == "__main__":
    main()
