"""Past auctions as a file gives them: a row for each bid. Pure: text in, bids out."""

import csv
import re
from datetime import timedelta
from decimal import Decimal, DecimalException
from typing import NamedTuple

from recsys.lib.lines import BadRow

COLUMNS = ("auctionid", "bid", "bidtime", "bidder", "openbid", "item", "auction_type")
LONGEST_ID = 64
LONGEST_TEXT = 120
MOST = Decimal("9999999999.99")
LONGEST_DAYS = 365
CENT = Decimal("0.01")


class BadHeader(Exception):
    """The first line does not name the columns: nothing after it can be understood."""


class BidRow(NamedTuple):
    """A bid, with what its row says of the auction."""

    auction: str
    bidder: str
    amount: Decimal
    after: timedelta
    """Since the auction's start."""
    opening: Decimal
    item: str
    length: timedelta


class AuctionParser:
    """The bid of each line but the first, which names the columns. Raises BadRow, BadHeader."""

    def __init__(self) -> None:
        self.columns: list[str] = []

    def __call__(self, line: str) -> BidRow | None:
        if not line:
            return None
        try:
            cells = next(csv.reader((line,), strict=True))
        except csv.Error as error:
            raise BadRow(f"this is not CSV: {error}") from error
        if not self.columns:
            self.columns = [cell.strip() for cell in cells]
            if not set(COLUMNS) <= set(self.columns):
                raise BadHeader(f"the header must name {', '.join(COLUMNS)}")
            return None
        if len(cells) != len(self.columns):
            raise BadRow(f"{len(self.columns)} columns are wanted, {len(cells)} are there")
        return _bid(dict(zip(self.columns, cells, strict=True)))


def _bid(row: dict[str, str]) -> BidRow:
    length = _length(row["auction_type"])
    after = timedelta(days=float(_number(row, "bidtime", LONGEST_DAYS)))
    if after > length:
        raise BadRow("bidtime lies after the auction's end")
    amount = _number(row, "bid").quantize(CENT)
    if not amount:
        raise BadRow("bid must be above 0")
    return BidRow(
        auction=_text(row, "auctionid", LONGEST_ID),
        bidder=_text(row, "bidder", LONGEST_ID),
        amount=amount,
        after=after,
        opening=_number(row, "openbid").quantize(CENT),
        item=_text(row, "item", LONGEST_TEXT),
        length=length,
    )


def _length(auction_type: str) -> timedelta:
    days = re.match(r"(\d{1,3}) day", auction_type, re.ASCII)
    if days is None or not 0 < int(days[1]) <= LONGEST_DAYS:
        raise BadRow(f"auction_type {auction_type!r:.30} is no number of days")
    return timedelta(days=int(days[1]))


def _number(row: dict[str, str], name: str, most: Decimal | int = MOST) -> Decimal:
    try:
        number = Decimal(row[name].strip())
    except DecimalException as error:
        raise BadRow(f"{name} {row[name]!r:.30} is no number") from error
    if not (number.is_finite() and 0 <= number <= most):
        raise BadRow(f"{name} must be from 0 to {most}")
    return number


def _text(row: dict[str, str], name: str, longest: int) -> str:
    text = row[name].strip()
    if not text or len(text) > longest or not text.isprintable():
        raise BadRow(f"{name} must be 1 to {longest} printable characters")
    return text
