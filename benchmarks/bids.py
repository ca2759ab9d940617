"""How fast bids go in, on one hot lot and spread over a hundred, eight clients at once.

    script/with-postgres python -m benchmarks.bids [--slices 9] [--seconds 1] [--clients 8]

The measure is a bare loop in the same processes: `SELECT … FOR UPDATE` and `UPDATE` in one
transaction on the same rows. All clients change over together, from the bare loop to bids and
back, a slice of a second each; a slice of bids is compared with the bare one before it, and the
median of these ratios counts: a stall of the machine is then one slice's, and seen as such.

Both go through Django's connection with the site's settings (persistent, statements prepared on
the server) and commit once a turn. A bid also reads the rival's maximum, inserts its row, in the
statement that raises the lot's price, and drops the bidder's cached list. Ratios, not rates, are
worth comparing between machines.

Measured on two cores that also run the clients, beside one other process: 0.72 on one hot lot
(slices from 0.59 to 0.84), 0.37 on a hundred (0.33 to 0.41); before the insert joined the update,
on a busy machine, 0.63 and 0.34. The server's waits, sampled meanwhile:
on the hot lot its lock, and its holder's commit reaching the disk; on a hundred the client, who
has not sent the next statement yet. There the processor limits: client and server together take
2.8 ms for a bid (3.6 before) and 1.3 for the bare loop, nearly all of it by statement; its rules
and checks take a tenth. Earlier runs, of one slice of 5 s each, also gave 0.17 and 0.03 once: what
stalled there was not seen again, and a slice that stalls no longer decides.
"""

import argparse
import multiprocessing
import os
import random
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from multiprocessing.synchronize import Barrier
from statistics import median

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

TURNS_TO_WARM_UP = 10
change_over: Barrier
BARE_SELECT = "SELECT current_price, bid_count FROM inventory_item WHERE id = %s FOR UPDATE"
BARE_UPDATE = "UPDATE inventory_item SET current_price = %s, bid_count = %s WHERE id = %s"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slices", type=int, default=9, help="of each kind")
    parser.add_argument("--seconds", type=float, default=1, help="of a slice")
    parser.add_argument("--clients", type=int, default=8)
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    for lots in (1, 100):
        items, people = marketplace(lots, options.clients)
        rates = all_rates(items, people, options.slices, options.seconds)
        bare, ours = rates[::2], rates[1::2]
        ratios = sorted(bids / loops for bids, loops in zip(ours, bare, strict=True))
        print(
            f"{lots:>3} lots: bare {median(bare):5.0f}/s   bids {median(ours):5.0f}/s   ", end=""
        )
        print(f"ratio {median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


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


def all_rates(items: list[int], people: list[User], slices: int, seconds: float) -> list[float]:
    """Turns a second over all clients, each a process of its own: bare, bids, bare, bids, …"""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    together = context.Barrier(len(people))
    with context.Pool(len(people), start_with, [together]) as pool:
        turns = [(items, who, slices, seconds) for who in people]
        return [sum(slice_) for slice_ in zip(*pool.starmap(client, turns, 1), strict=True)]


def start_with(together: Barrier) -> None:
    """A barrier reaches the processes of a pool when they are forked, and in no other way."""
    global change_over  # noqa: PLW0603
    change_over = together


def client(items: list[int], who: User, slices: int, seconds: float) -> list[float]:
    rng = random.Random(who.pk)
    works = [partial(bare_raise, who), partial(bid, who)]
    for work in works:
        for _ in range(TURNS_TO_WARM_UP):  # connects, and has the statements prepared
            work(rng.choice(items))
    return [rate(work, items, rng, seconds) for work in works * slices]


def rate(
    work: Callable[[int], None], items: list[int], rng: random.Random, seconds: float
) -> float:
    change_over.wait()
    done, start = 0, time.monotonic()
    while (now := time.monotonic()) < start + seconds:
        work(rng.choice(items))
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
