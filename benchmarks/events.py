"""Batches of 1,000 events through `POST events/`, beside a bare bulk insert in the same run.

    nice python -m benchmarks.events [--batches 20]

The whole request through Django's test client: token, JSON, checks, insert, answer. The bare
insert is `bulk_create(ignore_conflicts=True)` of ready model instances.

Measured, rows a second: SQLite 13,800 (1.12 of the bare insert) beside other work; PostgreSQL
7,700 (0.91) beside none.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from statistics import median

import orjson
from django.db import connection
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from accounts.models import User
from benchmarks.databases import scratch_site
from inventory.data import PublicationStatus
from inventory.models import Item
from recommendations.models import Event
from recommendations.services import MAX_EVENTS

ITEMS = 10_000


def main() -> None:
    options = arguments()
    with scratch_site("events"):
        measure(options.batches)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=20)
    return parser.parse_args()


def measure(batches: int) -> None:
    user = User.objects.create(username="sender", email="sender@example.com")
    published = PublicationStatus.PUBLISHED
    Item.objects.bulk_create(
        Item(title=f"Item {n}", slug=f"i-{n}", seller=user, publication_status=published)
        for n in range(ITEMS)
    )
    items = list(Item.objects.values_list("pk", flat=True))
    _, token = AuthToken.objects.create(user)
    client = Client(headers={"Authorization": f"Token {token}"})
    served, bare = [], []
    for batch in range(batches):
        served.append(rate(lambda batch=batch: send(client, batch, items)))
        ready = list(instances(user, batch, items))
        bare.append(
            rate(lambda ready=ready: Event.objects.bulk_create(ready, ignore_conflicts=True))
        )
    print(f"{connection.vendor}: POST events/ {median(served):,.0f} rows/s, ", end="")
    print(f"bare insert {median(bare):,.0f}, ratio {median(served) / median(bare):.2f}")


def insert_bare(ready: list[Event]) -> None:
    Event.objects.bulk_create(ready, ignore_conflicts=True)


def send(client: Client, batch: int, items: list[int]) -> None:
    rows = [
        {
            "event_id": f"sent-{batch}-{n}",
            "item": items[(batch + n * 7) % ITEMS],
            "kind": "view",
            "value": 1.5,
            "occurred_at": "2026-01-01T12:00:00.123456Z",
        }
        for n in range(MAX_EVENTS)
    ]
    answer = client.post("/api/v1/events/", orjson.dumps(rows), content_type="application/json")
    assert answer.json()["stored"] == MAX_EVENTS, answer.content[:200]


def instances(user: User, batch: int, items: list[int]) -> Iterator[Event]:
    now = timezone.now()
    for n in range(MAX_EVENTS):
        item = items[(batch + n * 7) % ITEMS]
        event_id = f"bare-{batch}-{n}"
        yield Event(user=user, item_id=item, kind="view", occurred_at=now, event_id=event_id)


def rate(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return MAX_EVENTS / (time.perf_counter() - started)


if __name__ == "__main__":
    main()
