"""Reading, indexing and rendering JSON-LD.

    nice python -m benchmarks.jsonld [--documents 100000]

Times are of one core's CPU. Reading is set beside bare `pyld.expand` with warm contexts on the
same documents, rendering a page of 20 items beside the same page as plain JSON.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.utils import timezone
from pyld import jsonld
from rest_framework.test import APIClient

from accounts.models import User
from benchmarks.databases import scratch_database
from inventory.models import Item
from inventory.services import import_documents, replace_statements
from recsys.lib.bulk import batched
from recsys.lib.jsonld.loader import frozen_loader
from recsys.lib.jsonld.rest import ACTIVITY, JSON_LD
from recsys.lib.jsonld.statements import expand_to_statements

BATCH = 500
PAGES = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    documents = [document(n) for n in range(parser.parse_args().documents)]
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
    seller = User.objects.create(username="seller", email="seller@example.com")
    bare = {"documentLoader": frozen_loader()}
    jsonld.expand(documents[0], bare)
    count = len(documents)
    expanding = cpu(lambda: [jsonld.expand(each, bare) for each in documents])
    stating = cpu(lambda: [expand_to_statements(each) for each in documents])
    indexing = cpu(
        lambda: [
            import_documents(
                seller_id=seller.pk, documents=batch, now=timezone.now(), publish=True
            )
            for batch in batched(documents, BATCH)
        ]
    )
    ids = Item.objects.order_by("pk").values_list("pk", flat=True)
    items = dict(zip(ids, documents, strict=True))
    rewriting = cpu(
        lambda: [
            replace_statements(
                readings={pk: (items[pk], expand_to_statements(items[pk])) for pk in batch}
            )
            for batch in batched(items, BATCH)
        ]
    )
    print(f"{count:,} documents, {connection.vendor}; documents/s of CPU")
    for name, seconds in (
        ("bare pyld.expand", expanding),
        ("checked, expanded, as statements", stating),
        ("… and indexed anew", rewriting),
        ("… imported as items, and indexed", indexing),
    ):
        print(f"{name:36} {count / seconds:8,.0f}   ratio {expanding / seconds:.2f}")


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
