"""Many generated items and all example documents, serialized: how many fail.

    nice python -m benchmarks.jsonld_serializations [--serializations 200000]

Each item is said in schema.org's words and in ActivityStreams', with whatever text and figures
come up. A serialization fails when it raises, is no JSON, or lacks an absolute id or a type; of
every two-hundredth, which is expanded, too, when a word is unexplained or a statement cannot be
stored.
"""

import argparse
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from inventory.data import AuctionStatus, Condition, Kind, PublicationStatus
from inventory.jsonld import item_document
from recsys.lib.jsonld.rest import ACTIVITY, JSON_LD
from recsys.lib.jsonld.statements import expand_to_statements
from recsys.lib.media import JSONRenderer

EXAMPLES = Path(__file__).parent.parent / "docs" / "examples"
EXPANDED = 200
LETTERS = "abc äöß漢字🦊 <>&\"'\\/%{}@:;\t\u2028\u202e"
START = datetime(2020, 1, 1, tzinfo=UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serializations", type=int, default=200_000)
    count = parser.parse_args().serializations
    started = time.perf_counter()
    failures: Counter[str] = Counter()
    for n, (card, media_type) in enumerate(cards(count, random.Random(0))):
        if reason := failure_of(card, media_type, is_expanded=n % EXPANDED == 0):
            failures[reason] += 1
    print(f"{count:,} serializations, {time.perf_counter() - started:.0f} s; "
          f"{failures.total():,} failed {dict(failures) or ''}")  # fmt: skip


def cards(count: int, rng: random.Random) -> Iterator[tuple[dict[str, Any], str]]:
    documents = [json.loads(path.read_text("utf-8")) for path in sorted(EXAMPLES.glob("*.jsonld"))]
    for n in range(count):
        yield card(n // 2 + 1, rng, documents), (JSON_LD, ACTIVITY)[n % 2]


def card(item_id: int, rng: random.Random, documents: list[dict[str, Any]]) -> dict[str, Any]:
    """An item as the API answers it."""
    begins = START + timedelta(minutes=rng.randrange(3_000_000))
    prices = ("starting_price", "reserve_price", "current_price", "buy_now_price")
    return {
        "id": item_id,
        "seller": rng.randrange(1, 10_000),
        "category": None,
        "kind": rng.choice(Kind.values),
        "title": text(rng, 200) or "x",
        "description": text(rng, 2_000),
        "condition": rng.choice([None, *Condition.values]),
        **{price: rng.choice([None, f"{rng.randrange(10**9) / 100:.2f}"]) for price in prices},
        "bid_count": rng.randrange(1_000),
        "watcher_count": rng.randrange(1_000),
        "publication_status": rng.choice(PublicationStatus.values),
        "auction_status": rng.choice([None, *AuctionStatus.values]),
        "is_hidden": rng.random() < 0.1,
        "start_at": rng.choice([None, begins.isoformat()]),
        "end_at": rng.choice([None, (begins + timedelta(days=7)).isoformat()]),
        "created_at": begins.isoformat(),
        "updated_at": begins.isoformat(),
        "metadata": rng.choice([{}, *documents]),
    }


def text(rng: random.Random, longest: int) -> str:
    return "".join(rng.choices(LETTERS, k=rng.randrange(20))) * rng.randrange(longest // 20)


def failure_of(card: dict[str, Any], media_type: str, *, is_expanded: bool) -> str:
    try:
        said = item_document(card, lambda _: None, media_type)
        document = json.loads(JSONRenderer().render(said))
        name = document["id" if media_type == ACTIVITY else "@id"]
        if not name.startswith("http"):
            return "no absolute id"
        if not document["type" if media_type == ACTIVITY else "@type"]:
            return "no type"
        if is_expanded and expand_to_statements(document).dropped:
            return "unexplained word"
    except Exception as error:  # noqa: BLE001 (whatever it is, it is counted)
        return type(error).__name__
    return ""


if __name__ == "__main__":
    main()
