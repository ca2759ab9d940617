"""The visitor's pages and the operator's first page: CPU beside a bare view, statements, bytes.

    nice python -m benchmarks.pages [--people N --items N --interactions N] [--rounds 9] [--filled]

Whole requests through Django's test client, on the database that the environment names
(script/with-postgres). The cases take turns, and each is judged by the fastest quarter of its
rounds. The dashboard is measured as it is shown, and as it is drawn anew every ten seconds. Of its
figures of the marketplace the wall time is told, for most of it is the database's: where they are
stale, and a job is asked for new ones, and where there are none, so that whoever asks waits.

Times a bare view on two cores that did nothing else, 2,000 people, 5,000 items, 40,000
interactions; SQLite: guest's home 3.3, home 6.2, item 6.7, search 34, dashboard 3.1 (drawn anew
34). PostgreSQL: 4.2, 7.3, 7.3, 33, 4.1 (43). The limit is 8, for home, item and dashboard; the
dashboard drawn anew, once in ten seconds, misses it.

With `--filled` on PostgreSQL with 200,000 people, 200,000 items, 5,000,000 bids and 4,635,495
watches (load 6): guest's home 4.2, home 5.8, item 6.1, search 31, dashboard 3.7 (34).
The dashboard took 0.07 to 0.09 s with stale figures; with none 0.70, 0.84, 0.99, 1.07, 1.42 s.
"""

import argparse
import gzip
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.core.cache import cache
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from benchmarks import marketplaces
from benchmarks.databases import answer_test_client, scratch_site
from benchmarks.requests import Case, fastest_quarter, serve_bare
from inventory.models import Item
from recommendations.pages.item import item_address
from recommendations.services import (
    compute_item_similarities,
    generate_popular_items,
    generate_recommendations,
    refresh_user_interests,
)
from recommendations.services.market import KEY as MARKET
from recsys.lib.console import forget_overview

REQUESTS = 10  # of each kind in a round


def main() -> None:
    options = _options()
    with _marketplace(options):
        cases = _cases()
        _compare(cases, options.rounds)
        _tell_of_the_figures(cases["dashboard anew"])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--filled", action="store_true", help="on the database as it is, and leave it so filled"
    )
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--items", type=int, default=5_000)
    parser.add_argument("--interactions", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=9)
    return parser.parse_args()


@contextmanager
def _marketplace(options: argparse.Namespace) -> Iterator[None]:
    """A database of its own as the options say, or the one that the environment names."""
    if options.filled:
        answer_test_client()
        yield
        return
    with scratch_site("pages"):
        marketplaces.load(
            marketplaces.generated(
                options.people, options.items, categories=100, interactions=options.interactions
            )
        )
        yield


def _cases() -> dict[str, Case]:
    serve_bare()
    person = User.objects.get(username="person_7")
    operator, _ = User.objects.get_or_create(
        username="operator", defaults={"is_staff": True, "is_superuser": True}
    )
    item = Item.objects.filter(auction_status="active").order_by("-bid_count")[:1].get()
    now = datetime.now(UTC)
    generate_popular_items(now=now)
    refresh_user_interests(now=now, user_id=person.pk)
    generate_recommendations(now=now, user_id=person.pk)
    compute_item_similarities(now=now, item_id=item.pk)
    guest, visitor, staff = Client(), _signed_in(person), _signed_in(operator)
    return {
        "bare": lambda: guest.get("/bare/"),
        "home, a guest": lambda: guest.get("/"),
        "home": lambda: visitor.get("/"),
        "item": lambda: visitor.get(item_address(item)),
        "search": lambda: visitor.get("/search/?q=lot"),
        "dashboard": lambda: staff.get("/admin/"),
        "dashboard anew": lambda: _drawn_anew(staff),
    }


def _drawn_anew(staff: Client) -> HttpResponse:
    forget_overview()
    return staff.get("/admin/")


def _signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _compare(cases: dict[str, Case], rounds: int) -> None:
    best = fastest_quarter(cases, requests=REQUESTS, rounds=rounds)
    for name, seconds in best.items():
        with CaptureQueriesContext(connection) as statements:
            body = cases[name]().content
        print(
            f"{connection.vendor} {name:14} {seconds * 1e3:7.2f} ms "
            f"{seconds / best['bare']:6.1f} × bare, {len(statements):2} statements, "
            f"{len(body) / 1024:5.1f} KiB, {len(gzip.compress(body)) / 1024:4.1f} compressed"
        )


def _tell_of_the_figures(dashboard: Case) -> None:
    stale = cache.get(MARKET)._replace(at=datetime.now(UTC) - timedelta(minutes=6))
    for told, before in (
        ("stale figures", lambda: cache.set(MARKET, stale)),
        ("no figures", lambda: cache.delete(MARKET)),
    ):
        times: list[float] = []
        for _ in range(5):
            before()
            started = time.perf_counter()
            assert dashboard().status_code == 200
            times.append(time.perf_counter() - started)
        print(f"dashboard, {told}:", ", ".join(f"{each:.2f} s" for each in sorted(times)))


if __name__ == "__main__":
    main()
