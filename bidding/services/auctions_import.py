"""Past auctions with their bids, from a file: lots of the house, and the record of their bids."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from accounts.data import NewPerson
from accounts.services import analyze_people, find_people, import_people, lock_house_seller
from bidding.auction_files import AuctionParser, BadHeader, BidRow
from bidding.data import BidKind, NewBid
from bidding.services.imports import analyze_bids, close_imported_lots, import_bids
from inventory.data import AuctionStatus, Kind, NewCategory, NewItem
from inventory.services import analyze_items, find_items, import_categories, import_items
from recsys.lib.commands import Progress, no_progress
from recsys.lib.errors import InvalidInput
from recsys.lib.lines import BadRow, Lines
from recsys.lib.naming import slug_of
from recsys.lib.retry import retried_transaction

PREFIX = "auction"
PROVIDER = "import:auctions"


@dataclass(frozen=True, slots=True)
class AuctionsReport:
    """What a file held, and how many rows it added: a second run adds none."""

    rows: int
    bad_rows: int
    lots: int
    bids: int
    people: int
    sold: int


def import_auctions(
    path: Path, *, ends_at: datetime, now: datetime, progress: Progress = no_progress
) -> AuctionsReport:
    """Import auctions whose last one ends at `ends_at`; all started at the same moment.

    Lots that are over by `now` are closed by the rules, the others take bids. Real bids are
    proxy maxima which do not always rise: all are kept, the highest is the current price. A lot
    that was imported before stays as it is. The whole file is one transaction, and held in
    memory. Raises InvalidInput where it holds nothing usable, OSError where it cannot be read.
    """
    with path.open("rb") as file:
        lines = Lines(file)
        auctions = _read(lines, progress)
    if not auctions:
        raise InvalidInput(f"{path}: nothing to import; bad rows: {lines.bad}.")
    report = _store(auctions, lines.bad, ends_at, now)
    for analyze in (analyze_people, analyze_items, analyze_bids):
        analyze()
    return report


def _read(lines: Lines, progress: Progress) -> dict[str, list[BidRow]]:
    """The bids of each auction in the order of time."""
    auctions: dict[str, list[BidRow]] = defaultdict(list)
    parse = AuctionParser()
    for number, text in lines:
        try:
            bid = parse(text)
        except BadRow as problem:
            lines.report(number, problem)
        except BadHeader as problem:
            raise InvalidInput(f"{lines.file.name}:{number}: {problem}.") from problem
        else:
            if bid is not None:
                auctions[bid.auction].append(bid)
        progress(lines.bytes_read, max(lines.size, lines.bytes_read))
    return {name: sorted(bids, key=lambda bid: bid.after) for name, bids in auctions.items()}


@retried_transaction
def _store(
    auctions: Mapping[str, list[BidRow]], bad_rows: int, ends_at: datetime, now: datetime
) -> AuctionsReport:
    house = lock_house_seller()
    slugs = {name: slug_of(PREFIX, name) for name in auctions}
    known = find_items(seller_id=house, slugs=slugs.values())
    new = {name: bids for name, bids in auctions.items() if slugs[name] not in known}
    starts_at = ends_at - max(bids[0].length for bids in auctions.values())
    lots = _lots(new, house, starts_at, now)
    ids = import_items(lots.values())
    people, created = _people(bid.bidder for bids in new.values() for bid in bids)
    added = import_bids(
        [
            _bid(bid, ids[house, lots[name].slug], people[bid.bidder], lots[name])
            for name, bids in new.items()
            for bid in bids
        ]
    )
    sold = close_imported_lots(ids.values(), now)
    rows = sum(map(len, auctions.values()))
    return AuctionsReport(rows, bad_rows, len(lots), added, created, sold)


def _lots(
    auctions: Mapping[str, list[BidRow]], house: int, starts_at: datetime, now: datetime
) -> dict[str, NewItem]:
    categories = import_categories(
        NewCategory(slug_of(PREFIX, bids[0].item), bids[0].item) for bids in auctions.values()
    )
    return {
        name: _lot(name, bids, starts_at, now, house=house, categories=categories)
        for name, bids in auctions.items()
    }


def _lot(  # noqa: PLR0913 (a row of a file, placed in time and here)
    name: str,
    bids: Sequence[BidRow],
    starts_at: datetime,
    now: datetime,
    *,
    house: int,
    categories: Mapping[str, int],
) -> NewItem:
    """A lot that is still ahead began early enough for all of its bids to lie behind us."""
    first, last = bids[0], bids[-1]
    end_at = starts_at + first.length
    start_at = min(starts_at, now - last.after) if end_at > now else starts_at
    return NewItem(
        seller_id=house,
        slug=slug_of(PREFIX, name),
        title=f"{first.item}, lot {name}",
        kind=Kind.LOT,
        category_id=categories[slug_of(PREFIX, first.item)],
        starting_price=first.opening,
        start_at=start_at,
        end_at=end_at,
        auction_status=AuctionStatus.ACTIVE,
        created_at=start_at,
    )


def _people(names: Iterable[str]) -> tuple[dict[str, int], int]:
    """The bidders' accounts by name, and how many of them are new."""
    uids = dict.fromkeys(names)
    known = find_people(provider=PROVIDER, uids=uids)
    # Some are parts of e-mail addresses: what is shown ends before the @.
    newcomers = [
        NewPerson(uid=uid, display_name=uid.partition("@")[0]) for uid in uids if uid not in known
    ]
    created = import_people(provider=PROVIDER, people=newcomers)
    return known | created, len(created)


def _bid(bid: BidRow, item_id: int, bidder_id: int, lot: NewItem) -> NewBid:
    if lot.start_at is None:
        raise ValueError("An imported lot has a start.")
    return NewBid(item_id, bidder_id, bid.amount, lot.start_at + bid.after, BidKind.PROXY)
