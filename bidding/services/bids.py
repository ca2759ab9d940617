"""Bidding and buying: check, write the bids, raise the price and move the end, all or nothing."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from bidding import rules
from bidding.data import BidKind, BidResult, Standing
from bidding.models import Bid, Order, ProxyBid
from bidding.rules import Stake
from bidding.services.turns import Turn, take_turn
from inventory.data import AuctionStatus
from inventory.services import raise_price, settle_lots
from recsys.lib.access import Actor
from recsys.lib.errors import Conflict, InvalidInput, Unprocessable
from recsys.lib.prepared_writes import Write, prepared_insert
from recsys.lib.reactions import Happening, announce
from recsys.lib.retry import retried_transaction

_INSERT = prepared_insert(Bid, "item_id", "bidder_id", "amount", "kind", "created_at")


@retried_transaction
def place_bid(
    *, actor: Actor, item_id: int, amount: Decimal | None = None, maximum: Decimal | None = None
) -> BidResult:
    """Bid `amount`, at least the minimum, and have further bids placed up to `maximum`.

    Without an amount the minimum is bid; only a leader's maximum changes without a bid. Where
    somebody's standing maximum reaches the actor's but cannot top it by an increment, that
    person is raised instead, and the result may have no bid of the actor's.

    Raises NotFound; NotAllowed for the seller; Conflict if the lot takes no bids; Unprocessable,
    with the minimum, if the amount is too low; Unavailable under lasting contention.
    """
    turn = take_turn(actor, item_id)
    if amount is None and maximum is not None and _leads(turn):
        return _change_maximum(turn, maximum)
    bid = Stake(actor.pk, turn.minimum if amount is None else amount)
    _check_amounts(turn, bid.amount, maximum)
    bids = rules.resolve(bid, maximum or bid.amount, turn.rival, turn.increments)
    if maximum is not None:
        _keep_maximum(turn, maximum)
    end_at = _record(turn, bids, BidKind.MANUAL if maximum is None else BidKind.PROXY)
    return _result(turn, bids, end_at)


@retried_transaction
def buy_now(*, actor: Actor, item_id: int) -> Order:
    """Bid a lot's buy-now price, which closes it there and then.

    Raises what `place_bid` raises, and Conflict where there is no such price, or bids passed it.
    """
    turn = take_turn(actor, item_id)
    price = turn.lot.buy_now_price
    if price is None:
        raise Conflict("This lot has no buy-now price.", code="no_buy_now")
    if price < turn.minimum:
        raise Conflict("Bids have passed the buy-now price.", code="buy_now_passed")
    _record(turn, [Stake(actor.pk, price)], BidKind.MANUAL)
    settle_lots([item_id], AuctionStatus.SOLD)
    return Order.objects.create(
        item_id=item_id, buyer_id=actor.pk, amount=price, created_at=turn.now
    )


def _leads(turn: Turn) -> bool:
    highest = Bid.objects.filter(item=turn.lot.id).highest_first()
    return list(highest.values_list("bidder", flat=True)[:1]) == [turn.actor.pk]


def _change_maximum(turn: Turn, maximum: Decimal) -> BidResult:
    """A leader is not bid against for their own sake: price and end stay."""
    price = turn.lot.current_price or maximum
    _check_maximum(maximum, price)
    _keep_maximum(turn, maximum)
    return BidResult(
        item=turn.lot.id,
        amount=None,
        standing=Standing.LEADING,
        created_at=turn.now,
        current_price=price,
        minimum_bid=turn.minimum,
        end_at=turn.lot.end_at,
    )


def _check_amounts(turn: Turn, amount: Decimal, maximum: Decimal | None) -> None:
    if amount < turn.minimum:
        minimum = f"{turn.minimum:.2f}"
        raise Unprocessable(
            f"Bid at least {minimum}.", code="bid_too_low", facts={"minimum": minimum}
        )
    _check_maximum(maximum, amount)


def _check_maximum(maximum: Decimal | None, amount: Decimal) -> None:
    if maximum is not None and maximum < amount:
        message = "The maximum must not be below the bid."
        raise InvalidInput.of("maximum", message)


def _keep_maximum(turn: Turn, maximum: Decimal) -> None:
    """Store it; one that is sent again keeps its place among equals."""
    own = ProxyBid.objects.filter(item=turn.lot.id, bidder=turn.actor.pk)
    if own.exclude(maximum=maximum).update(maximum=maximum, created_at=turn.now) == 0:
        ProxyBid.objects.get_or_create(
            item_id=turn.lot.id,
            bidder_id=turn.actor.pk,
            defaults={"maximum": maximum, "created_at": turn.now},
        )


def _record(turn: Turn, bids: Sequence[Stake], kind: BidKind) -> datetime | None:
    """Write the bids, the actor's of this kind, and what they do to the lot; its end now."""
    lot = turn.lot
    end_at, extension_count = rules.soft_close(lot.end_at, turn.now, lot.extension_count)
    *earlier, last = [_row(turn, bid, kind) for bid in bids]
    for row in earlier:
        row.statement.execute(**row.values)
    raise_price(
        item_id=lot.id,
        price=bids[-1].amount,
        count=len(bids),
        end_at=end_at,
        extension_count=extension_count,
        beside=last,
    )
    announce(Happening.PERSON_ACTED, user_id=turn.actor.pk)
    return end_at


def _row(turn: Turn, bid: Stake, kind: BidKind) -> Write:
    return _INSERT.given(
        item_id=turn.lot.id,
        bidder_id=bid.bidder,
        amount=bid.amount,
        kind=kind if bid.bidder == turn.actor.pk else BidKind.AUTO,
        created_at=turn.now,
    )


def _result(turn: Turn, bids: Sequence[Stake], end_at: datetime | None) -> BidResult:
    price = bids[-1].amount
    return BidResult(
        item=turn.lot.id,
        amount=next((bid.amount for bid in bids if bid.bidder == turn.actor.pk), None),
        standing=Standing.LEADING if bids[-1].bidder == turn.actor.pk else Standing.OUTBID,
        created_at=turn.now,
        current_price=price,
        minimum_bid=rules.minimum_bid(price, price, turn.increments),
        end_at=end_at,
    )
