"""How fast bids go in, on one hot lot and spread over a hundred, eight clients at once.

    script/with-postgres python -m benchmarks.bids [--seconds 5] [--clients 8]

The measure is the bare loop of the same run: `SELECT … FOR UPDATE` and `UPDATE` in one
transaction on the same rows, by the same number of processes. Both go through Django's connection
with the site's settings (persistent, statements prepared on the server) and commit once a turn. A
bid also reads the rival's maximum, inserts its row and drops the bidder's cached list. Ratios, not
rates, are worth comparing between machines.

Measured on two cores that also run the database, five times: 0.39 to 0.43 on one hot lot, but 0.17
and 0.03 once each, unexplained; 0.33 to 0.47 on a hundred, where no lock is waited for and a bid's
six statements and five indexes are compared with two statements and none.
"""

import argparse
import multiprocessing
import os
import random
import time
from collections.abc import Callable
from datetime import timedelta

import django

os.environ.setdefault("SECRET_KEY", "for the benchmark only, and long enough")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recsys.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 (Django's models need the settings)
from django.db import connection, connections, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from bidding.services import place_bid  # noqa: E402
from inventory.models import Item  # noqa: E402

BARE_SELECT = "SELECT current_price, bid_count FROM inventory_item WHERE id = %s FOR UPDATE"
BARE_UPDATE = "UPDATE inventory_item SET current_price = %s, bid_count = %s WHERE id = %s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    for lots in (1, 100):
        items, people = marketplace(lots, options.clients)
        bare = rate(bare_raise, items, people, options.seconds)
        ours = rate(bid, items, people, options.seconds)
        print(f"{lots:>3} lots: bare {bare:7.0f}/s   bids {ours:7.0f}/s   ratio {ours / bare:.2f}")


def marketplace(lots: int, clients: int) -> tuple[list[int], list[User]]:
    """Ids of lots that stay open, and people to bid on them."""
    seller, *people = [
        User.objects.create_user(f"bench_{lots}_{n}", f"bench_{lots}_{n}@example.com")
        for n in range(clients + 1)
    ]
    items = Item.objects.bulk_create(
        Item(
            title="Lot",
            seller=seller,
            starting_price=1,
            current_price=1,
            end_at=timezone.now() + timedelta(days=1),
            publication_status=Item.PublicationStatus.PUBLISHED,
            auction_status=Item.AuctionStatus.ACTIVE,
        )
        for _ in range(lots)
    )
    return [item.pk for item in items], people


def rate(work: Callable, items: list[int], people: list[User], seconds: float) -> float:
    """How often per second `work` is done, over all clients, each a process of its own."""
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(len(people)) as pool:
        rates = pool.starmap(client, [(work, items, who, seconds) for who in people], chunksize=1)
    return sum(rates)


def client(work: Callable, items: list[int], who: User, seconds: float) -> float:
    rng, done = random.Random(who.pk), 0
    work(who, rng.choice(items))  # connects
    start = time.monotonic()
    while (now := time.monotonic()) < start + seconds:
        work(who, rng.choice(items))
        done += 1
    return done / (now - start)


def bare_raise(_: User, item_id: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE_SELECT, [item_id])
        price, count = cursor.fetchone()
        cursor.execute(BARE_UPDATE, [price + 1, count + 1, item_id])


def bid(who: User, item_id: int) -> None:
    """The minimum, whatever it has become when it is this client's turn."""
    place_bid(actor=who, item_id=item_id)


if __name__ == "__main__":
    main()
