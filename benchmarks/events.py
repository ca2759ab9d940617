"""Batches of 1,000 events through `POST events/`, beside a bare bulk insert in the same run.

    nice python -m benchmarks.events [--batches 20] [--rounds 5]

First the whole request through Django's test client: token, JSON, checks, insert, answer. Then
over HTTP, as a shop's backend sends them: granian with two workers, four connections, each round
beside a bare insert by one process. The bare insert is `bulk_create(ignore_conflicts=True)` of
ready model instances; on the machine where that stored 34,500 rows a second in PostgreSQL, Gorse
took in 13,400 to 18,500 by HTTP, 0.39 to 0.54 of it.

Measured on two cores beside one other process: PostgreSQL 6,600 rows/s in the process (0.92 of the
bare insert), 13,400 by HTTP (1.50; a batch in 270 ms), SQLite 18,200 (1.22) and 14,400 (1.32;
242 ms). By HTTP two workers share what the bare insert does alone.
"""

import argparse
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http.client import HTTPConnection
from statistics import median

import orjson
from django.db import connection
from django.test import Client
from django.utils import timezone
from knox.models import AuthToken

from accounts.models import User
from benchmarks.databases import scratch_site
from benchmarks.servers import HOST, PORT, served
from inventory.data import PublicationStatus
from inventory.models import Item
from recommendations.models import Event
from recommendations.services import MAX_EVENTS

ADDRESS = "/api/v1/events/"
ITEMS = 10_000
CLIENTS, BATCHES_OF_A_CLIENT = 4, 5


def main() -> None:
    options = arguments()
    with scratch_site("events"):
        sender, items = marketplace()
        _, token = AuthToken.objects.create(sender)
        in_process(sender, token, items, options.batches)
        with served():
            over_http(sender, token, items, options.rounds)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--batches", type=int, default=20, help="by the test client")
    parser.add_argument("--rounds", type=int, default=5, help="of twenty batches, by HTTP")
    return parser.parse_args()


def marketplace() -> tuple[User, list[int]]:
    sender = User.objects.create(username="sender", email="sender@example.com")
    published = PublicationStatus.PUBLISHED
    Item.objects.bulk_create(
        Item(title=f"Item {n}", slug=f"i-{n}", seller=sender, publication_status=published)
        for n in range(ITEMS)
    )
    return sender, list(Item.objects.values_list("pk", flat=True))


def in_process(sender: User, token: str, items: Sequence[int], batches: int) -> None:
    client = Client(headers={"Authorization": f"Token {token}"})
    ours, bare = [], []
    for batch in range(batches):
        ours.append(MAX_EVENTS / seconds(partial(send, client, body(f"sent-{batch}", items))))
        bare.append(MAX_EVENTS / seconds(insert_bare(sender, [f"bare-{batch}"], items)))
    tell("POST events/", ours, bare)


def over_http(sender: User, token: str, items: Sequence[int], rounds: int) -> None:
    ours, bare, waits = [], [], []
    rows = CLIENTS * BATCHES_OF_A_CLIENT * MAX_EVENTS
    for number in range(rounds):
        names = [f"{number}-{n}" for n in range(CLIENTS * BATCHES_OF_A_CLIENT)]
        bodies = [body(f"http-{name}", items) for name in names]
        shares = [bodies[n::CLIENTS] for n in range(CLIENTS)]
        with ThreadPoolExecutor(CLIENTS) as clients:
            started = time.perf_counter()
            for taken in clients.map(partial(post_all, token), shares):
                waits += taken
            ours.append(rows / (time.perf_counter() - started))
        bare.append(rows / seconds(insert_bare(sender, [f"beside-{n}" for n in names], items)))
    tell("by HTTP", ours, bare)
    print(
        f"  a batch answered in {median(waits) * 1000:.0f} ms (median), {max(waits):.2f} s at most"
    )


def tell(what: str, ours: Sequence[float], bare: Sequence[float]) -> None:
    ratio = median(a / b for a, b in zip(ours, bare, strict=True))
    print(f"{connection.vendor}: {what} {median(ours):,.0f} rows/s, ", end="")
    print(f"bare insert {median(bare):,.0f}, ratio {ratio:.2f}")


def body(name: str, items: Sequence[int]) -> bytes:
    """A batch, of which each event's id begins with `name`."""
    rows = [
        {
            "event_id": f"{name}-{n}",
            "item": item,
            "kind": "view",
            "value": 1.5,
            "occurred_at": "2026-01-01T12:00:00.123456Z",
        }
        for n, item in enumerate(touched(name, items))
    ]
    return orjson.dumps(rows)


def touched(name: str, items: Sequence[int]) -> list[int]:
    return random.Random(name).sample(items, MAX_EVENTS)


def send(client: Client, batch: bytes) -> None:
    answer = client.post(ADDRESS, batch, content_type="application/json")
    assert answer.json()["stored"] == MAX_EVENTS, answer.content[:200]


def post_all(token: str, batches: Sequence[bytes]) -> list[float]:
    """Send them one after the other on one connection; seconds until each was answered."""
    server = HTTPConnection(HOST, PORT)
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}

    def post(batch: bytes) -> None:
        server.request("POST", ADDRESS, batch, headers)
        answer = server.getresponse().read()
        assert orjson.loads(answer)["stored"] == MAX_EVENTS, answer[:200]

    return [seconds(partial(post, batch)) for batch in batches]


def insert_bare(sender: User, names: Sequence[str], items: Sequence[int]) -> Callable[[], None]:
    """The inserting of batches, all of whose rows are made already."""
    now = timezone.now()
    batches = [
        [
            Event(
                user=sender,
                item_id=item,
                kind="view",
                occurred_at=now,
                event_id=f"{name}-{n}",
            )
            for n, item in enumerate(touched(name, items))
        ]
        for name in names
    ]

    def insert() -> None:
        for batch in batches:
            Event.objects.bulk_create(batch, ignore_conflicts=True)

    return insert


def seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
