"""Reading, indexing and rendering JSON-LD.

    nice python -m benchmarks.jsonld [--documents 100000]

One process; documents are read while a server stores those before them, as `import_jsonld` does.
Reading is set beside bare `pyld.expand` with warm contexts on the same documents; the clock's time
holds the database server's work, too. Rendering a page of 20 items is set beside the same page as
plain JSON, by CPU.
"""

import argparse
import gc
import resource
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection
from django.utils import timezone
from pyld import jsonld
from rest_framework.test import APIClient

from accounts.models import User
from benchmarks.databases import scratch_database
from inventory.models import Item
from inventory.services import import_documents, read_document, replace_statements
from recsys.lib.ahead import made_while_stored
from recsys.lib.bulk import batched
from recsys.lib.jsonld.loader import frozen_loader
from recsys.lib.jsonld.rest import ACTIVITY, JSON_LD
from recsys.lib.jsonld.statements import Reading, expand_to_statements

BATCH = 500
SLICE = 5 * BATCH
COMPARED = 4
"""What indexing is compared with is done for every fourth slice."""
BARE = "bare pyld.expand"
PAGES = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    arguments = parser.parse_args()
    gc.freeze()  # as recsys.wsgi and the commands do
    documents = [document(n) for n in range(arguments.documents)]
    with scratch_database("jsonld"):
        read(documents)
        render()


def document(n: int) -> dict[str, Any]:
    """About a kilobyte, as a shop writes it."""
    return {
        "@context": "https://schema.org/",
        "@id": f"https://shop.example/products/{n}",
        "@type": "Product",
        "name": f"Porcelain fox {n}",
        "description": "Small, orange, one ear restored. " * 18,
        "keywords": [f"k{n % 500}", f"k{n % 77}", "fox"],
        "brand": {"@type": "Brand", "name": f"Maker {n % 90}"},
        "offers": {"@type": "Offer", "price": f"{n % 400}.50", "priceCurrency": "EUR"},
    }


def read(documents: list[dict[str, Any]]) -> None:
    """In slices, so that whatever else the machine does falls on all alike."""
    seller = User.objects.create(username="seller", email="seller@example.com")
    expand_bare(documents[:1])
    spent = Spent()
    for number, part in enumerate(batched(documents, SLICE)):
        items = Item.objects.bulk_create(Item(title="Fox", seller=seller) for _ in part)
        ids = [item.pk for item in items]
        spent.on("expanded and indexed", partial(index, ids), part)
        if number % COMPARED:
            continue
        changed = [each | {"keywords": ["fox", "red"], "name": "A fox"} for each in part]
        others = [each | {"@id": f"{each['@id']}/copy"} for each in part]
        spent.on(BARE, expand_bare, part)
        spent.on("as statements", state, part)
        spent.on("indexed again, unchanged", partial(index, ids), part)
        spent.on("indexed again, a third changed", partial(index, ids), changed)
        spent.on("imported as new items", partial(import_, seller), others)
    spent.report(f"{len(documents):,} documents, {connection.vendor}")


def index(ids: list[int], documents: list[dict[str, Any]]) -> None:
    batches = batched(zip(ids, documents, strict=True), BATCH)
    for readings in made_while_stored(map(read_all, batches)):
        replace_statements(readings=readings)


def read_all(batch: list[tuple[int, dict[str, Any]]]) -> dict[int, tuple[dict[str, Any], Reading]]:
    return {item_id: (document, expand_to_statements(document)) for item_id, document in batch}


def expand_bare(documents: list[dict[str, Any]]) -> None:
    options = {"documentLoader": frozen_loader()}
    for document in documents:
        jsonld.expand(document, options)


def state(documents: list[dict[str, Any]]) -> None:
    for document in documents:
        expand_to_statements(document)


def import_(seller: User, documents: list[dict[str, Any]]) -> None:
    now = timezone.now()
    read = (read_document(document=each, now=now, publish=True) for each in documents)
    for batch in made_while_stored(batched(read, BATCH)):
        import_documents(seller_id=seller.pk, documents=batch)


class Spent:
    """Seconds of this process's CPU and of the clock, by what was done."""

    def __init__(self) -> None:
        self.totals: dict[str, tuple[int, float, float]] = {}

    def on(
        self,
        name: str,
        work: Callable[[list[dict[str, Any]]], None],
        documents: list[dict[str, Any]],
    ) -> None:
        clock, seconds = time.perf_counter(), cpu(lambda: work(documents))
        count, before, wall = self.totals.get(name, (0, 0.0, 0.0))
        wall += time.perf_counter() - clock
        self.totals[name] = count + len(documents), before + seconds, wall

    def report(self, title: str) -> None:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{title}, {peak:.0f} MiB: documents/s of CPU, of the clock, and beside bare expand")
        rates = {name: (n / of_cpu, n / wall) for name, (n, of_cpu, wall) in self.totals.items()}
        for name, (of_cpu, of_clock) in rates.items():
            ratios = f"{of_cpu / rates[BARE][0]:8.2f}{of_clock / rates[BARE][1]:8.2f}"
            print(f"{name:36}{of_cpu:8,.0f}{of_clock:8,.0f}{ratios}")


def render() -> None:
    Item.objects.update(publication_status="published")
    client = APIClient(SERVER_NAME="localhost")
    plain = page(client, "application/json")
    print(f"page of 20 as JSON                   {plain * 1e3:8.2f} ms")
    for media_type in (JSON_LD, ACTIVITY):
        seconds = page(client, media_type)
        print(f"{media_type:36} {seconds * 1e3:8.2f} ms  ×{seconds / plain:.2f}")


def page(client: APIClient, media_type: str) -> float:
    """CPU seconds of one page of 20."""

    def once() -> None:
        response = client.get("/api/v1/items/", HTTP_ACCEPT=media_type)
        assert response.status_code == 200

    once()
    return cpu(lambda: [once() for _ in range(PAGES)]) / PAGES


def cpu(work: Callable[[], Any]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


if __name__ == "__main__":
    main()
