"""What a person's scores by the model in use are made of: the terms, their items, what is said."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from recommendations.engine.attributes import key_of
from recommendations.engine.histories import History
from recommendations.engine.serving import ServedGraph
from recommendations.engine.terms import TERMS, Floats
from recommendations.services.evidence import read_sayings
from recommendations.services.keeper import HeldModel
from recommendations.services.tastes import People, tastes_of

__all__ = ["Account", "Attribute", "accounts_of", "attributes_for"]

DECIMALS = 6
MOST_NAMED = 3
"""So many of a person's items are named in an explanation."""


@dataclass(frozen=True)
class Account:
    """What a score consists of: `terms` sum to it; `because` names what speaks for it.

    Items of the person's own, each with its share.
    """

    terms: dict[str, float]
    because: list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Attribute:
    """What is said of an item (see `Saying`), and its share of all that is said for it."""

    said: str
    value: str
    share: float


def accounts_of(
    user_id: int, item_ids: Collection[int], held: HeldModel, *, now: datetime
) -> dict[int, Account]:
    """What the person's scores for items live at `now` consist of, where the model has one."""
    people = People.read([user_id], held, now)
    histories = people.histories()
    tastes = tastes_of(people, histories)
    asked = tastes.where(np.isin(tastes.lots["id"], list(item_ids)))
    history, graph = histories.whole(), people.making.graph
    return {
        item_id: _account(graph, history, item_id, terms)
        for item_id, terms in zip(asked.lots["id"].tolist(), asked.terms, strict=True)
    }


def attributes_for(
    user_id: int, item_id: int, held: HeldModel, *, now: datetime
) -> list[Attribute]:
    """What of what is said of an item speaks for it to the person, most first.

    By the item graph's sum over attributes: of a newcomer it is the whole score, of other items
    it stands beside what people did.
    """
    sayings = read_sayings(item_id)
    history = People.read([user_id], held, now).histories().whole()
    keys = [key_of(each.name) for each in sayings]
    amounts = held.said_for(history, keys, [each.weight for each in sayings])
    shares = (amounts / (amounts.sum() or 1)).round(DECIMALS)
    best = np.argsort(-shares, kind="stable")[:MOST_NAMED]
    return [
        Attribute(sayings[at].said, sayings[at].value, float(shares[at]))
        for at in best.tolist()
        if shares[at] > 0
    ]


def _account(graph: ServedGraph, history: History, item_id: int, terms: Floats) -> Account:
    made_of = graph.contributions(history, item_id)
    speaks_for = made_of.amounts > 0  # what is bought instead of another speaks against it
    items, amounts = made_of.items[speaks_for], made_of.amounts[speaks_for]
    shares = (amounts / amounts.sum()).round(DECIMALS).tolist()
    named = list(zip(items.tolist(), shares, strict=True))[:MOST_NAMED]
    return Account(dict(zip(TERMS, terms.round(DECIMALS).tolist(), strict=True)), named)
