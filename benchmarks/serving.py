"""CPU of the served lists, beside a bare JsonResponse in the same run, and cached beside computed.

    nice python -m benchmarks.serving [--requests 40] [--rounds 15] [--filled]

Whole requests through Django's test client, on the database and cache that the environment names
(script/with-postgres, CACHE_URL=redis://…); with `--filled` on that database as it is: one of
200,000 items and people and ten million deeds is made by benchmarks.engine_scale. Shared machines
make times jump: the cases take turns, each is judged by the fastest quarter of its rounds, and
ratios are what counts.

Measured on two cores that did nothing else, as multiples of the bare view (390 to 420 us); with
200,000 items and people beside other processes, which cost the lists more than it:

| | home | ids, by a service | similar | statements |
| --- | --- | --- | --- | --- |
| SQLite | 4.0 | 3.6 | 2.7 | 3, 3, 1 |
| PostgreSQL | 3.3 | 3.2 | 2.4 | 3, 3, 1 |
| SQLite, Redis as cache | 4.4 | 4.0 | 2.7 | 2, 2, 1 |
| PostgreSQL, Redis as cache | 4.9 | 4.6 | 2.5 | 2, 2, 1 |
| PostgreSQL, 200,000 items and people | 4.7 | 4.5 | 3.2 | 3, 3, 1 |
| SQLite, 200,000 items and people | 3.8 | 3.4 | 2.6 | 3, 3, 1 |

Similar items asked for a second ago are read without the cache; the first time they take one
statement more. The database server's own CPU is not in these: 42 us for a token, 560 for the cards
of a personal list, 330 for similar ones. A list computed on the spot takes 8 times the CPU of a
kept one, 25 (PostgreSQL) to 99 times with 200,000 items, and 16 statements where that takes 3.
Noting hits and misses takes 0.1 % of a personal list.

Narrowed personal lists, to the whole one of the same run (beside other work): what all items are,
or say in their metadata, takes one statement more; a category of which hardly anything is kept is
ranked anew, to be set beside a list computed on the spot. With 200,000 items the last two columns
were 18.5 and 13.0, 20.8 and 6.9, 15.6 and 11.8 in three runs; here their medians.

| | kind=lot | meta=dc:type=thing | a category, anew | (computed on the spot) |
| --- | --- | --- | --- | --- |
| SQLite | 1.6 | 1.7 | 6.6 | 8.1 |
| PostgreSQL | 1.5 | 1.5 | 9.2 | 8.0 |
| PostgreSQL, 200,000 items, by a model | 1.6 | 1.7 | 18.5 | 11.8 |
"""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from knox.models import AuthToken

from accounts.models import User
from benchmarks import marketplaces
from benchmarks.databases import answer_test_client, scratch_site
from benchmarks.requests import Case, cpu, fastest_quarter, serve_bare
from inventory.models import Category, Item, ItemAttribute
from inventory.queries.expressions import predicate_iri
from recommendations import cache
from recommendations.data import Family
from recommendations.services import generate_popular_items, refresh_user_interests
from recsys.lib.bulk import analyze, insert_new

SAID = "dc:type=thing"


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
    if options.filled:
        answer_test_client()
        yield
        return
    market = marketplaces.generated(
        options.people, options.items, categories=100, interactions=options.interactions
    )
    with scratch_site("serving"):
        marketplaces.load(market)
        describe()
        now = datetime.now(UTC)
        generate_popular_items(now=now)
        refresh_user_interests(now=now)
        yield


def describe() -> None:
    """Every item says the same, as metadata that all fulfil."""
    items, times = zip(*Item.objects.values_list("pk", "created_at"), strict=True)
    predicate, value = SAID.split("=")
    columns = {"predicate": predicate_iri(predicate), "value": value, "language": ""}
    repeated = {name: [each] * len(items) for name, each in columns.items()}
    said = {"item": items, "created_at": times, **repeated}
    insert_new(ItemAttribute, said, returning="id")
    analyze(ItemAttribute)


def options_of(description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description.partition("\n")[0])
    parser.add_argument(
        "--filled", action="store_true", help="on the database as it is, and leave it so filled"
    )
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--items", type=int, default=5_000)
    parser.add_argument("--interactions", type=int, default=40_000)
    parser.add_argument("--requests", type=int, default=40, help="of each kind in a round")
    parser.add_argument("--rounds", type=int, default=15)
    return parser.parse_args()


def asked() -> dict[str, tuple[str, dict[str, str]]]:
    """The addresses that are measured, each with its headers."""
    person = User.objects.get(username="person_7")
    service, _ = User.objects.get_or_create(username="shop", email="shop@example.com")
    service.groups.add(Group.objects.get(name="services"))
    own, foreign = ({"Authorization": f"Token {_token(user)}"} for user in (person, service))
    item = (
        Item.objects.live(datetime.now(UTC))
        .filter(auction_status="active")
        .order_by("-bid_count")
        .first()
    )
    assert item is not None
    return {
        "bare": ("/bare/", {}),
        "home": ("/api/v1/recommendations/", own),
        "ids": (f"/api/v1/recommendations/?user={person.pk}&fields=id", foreign),
        "similar": (f"/api/v1/items/{item.pk}/similar/?limit=20", {}),
    }


def narrowed(home: str, headers: dict[str, str]) -> dict[str, tuple[str, dict[str, str]]]:
    """A personal list of what all fulfil, and of a category, which is made anew."""
    category = Category.objects.order_by("pk")[Category.objects.count() // 2]
    asked_for = {"kind": "kind=lot", "said": f"meta={SAID}", "anew": f"category={category.slug}"}
    return {f"home, {name}": (f"{home}?{each}", headers) for name, each in asked_for.items()}


def _cases() -> dict[str, Case]:
    serve_bare()
    get = Client().get
    addresses = asked()
    return {
        name: partial(get, address, headers=headers)
        for name, (address, headers) in (addresses | narrowed(*addresses["home"])).items()
    }


def _token(user: User) -> str:
    return str(AuthToken.objects.create(user)[1])


def _compare(cases: dict[str, Case], options: argparse.Namespace) -> None:
    best = fastest_quarter(cases, requests=options.requests, rounds=options.rounds)
    backend = type(caches["recommendations"]).__name__
    for name, seconds in best.items():
        with CaptureQueriesContext(connection) as statements:
            cases[name]()
        print(
            f"{connection.vendor} {backend} {name:10} {seconds * 1e6:7,.0f} µs "
            f"{seconds / best['bare']:5.2f} × bare, {len(statements)} statements"
        )


def _compare_with_computing(home: Case, requests: int) -> None:
    kept = cpu(home, requests)
    settings.RECSYS_CACHE_ENABLED = False
    computed = cpu(home, requests)
    settings.RECSYS_CACHE_ENABLED = True
    print(f"home computed on the spot: {computed / kept:.1f} × the CPU of a kept one")


def _counting(home: Case, options: argparse.Namespace) -> None:
    """What noting hits and misses adds: a personal list looks two entries up."""
    keys = (cache.Key(Family.HOME, 1), cache.Key(Family.POPULAR))

    def count() -> None:
        for key in keys:
            cache.count(key.family, "fresh")

    shares = [cpu(count, 1000) / cpu(home, options.requests) for _ in range(options.rounds)]
    print(f"counting: {100 * min(shares):.1f} % of the CPU of a personal list")


if __name__ == "__main__":
    main()
