"""How a list is served: candidates in order of preference → live check → filled to the limit.

Candidates come from stages tried in turn (a person's own list, then what is popular, then the
newest); a stage is only asked when those before it did not fill the list. Whatever a cache or a
table remembers, only what the database says may be shown now is shown.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

import orjson

from inventory.queries import Narrowing
from recommendations import cache
from recommendations.cache import Hit, Key
from recommendations.data import Drawn, Reason, Source
from recommendations.serving.cards import ANYBODY, ONE_PERSON, Audience, Shape, card

SLACK = 10
"""How many candidates beyond the limit are checked at once: some will have ended meanwhile."""


class Candidate(NamedTuple):
    item_id: int
    score: float
    reason: str
    source: str
    drawn: Drawn | None = None
    """The chance it had, where exploration put it here."""


class Served(NamedTuple):
    """One place in an answer; `row` is the item as it is now, in the shape that was asked for."""

    candidate: Candidate
    rank: int
    row: Any

    def as_dict(self) -> dict[str, Any]:
        _, score, reason, source, drawn = self.candidate
        shown = {
            "item": self._item(),
            "score": round(score, 6),
            "rank": self.rank,
            "reason": reason,
            "source": source,
        }
        return shown | {"drawn": drawn._asdict()} if drawn else shown

    def _item(self) -> Any:
        if isinstance(self.row, str):
            return orjson.Fragment(self.row)
        return card(self.row) if isinstance(self.row, dict) else self.row


@dataclass(frozen=True, slots=True)
class Answer:
    """A list as served. `generated_at` and `model` are those of its first stage."""

    places: list[Served]
    generated_at: datetime
    stale: bool
    model: str

    def as_dict(self) -> dict[str, Any]:
        return {
            "results": [place.as_dict() for place in self.places],
            "generated_at": self.generated_at,
            "stale": self.stale,
            "model": self.model,
        }


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: how many, when, for whom (nobody in particular if `user_id` is None)."""

    now: datetime
    limit: int
    user_id: int | None = None
    shape: Shape = Shape.ROWS
    source_id: int | None = None
    """The public item a list is shown beside: looked up with the candidates, never served."""
    without: frozenset[int] = frozenset()
    narrowing: Narrowing | None = None
    """What every item shown must fulfil; None: all are."""
    seen: set[int] = field(default_factory=set)
    """Ids of what the live check found; holds `source_id` if that is for everybody to see."""
    hits: dict[Key, Hit] = field(default_factory=dict)
    """What was looked up already: the lists of a page look up each kept list once."""
    known: dict[int, Any] = field(default_factory=dict)
    """What was found already, by id; None where it may not be shown."""

    def look_up(self, *keys: Key) -> dict[Key, Hit]:
        """What is kept under these keys, and under those before them."""
        new = [key for key in keys if key not in self.hits]
        if new:
            self.hits.update(cache.lookup(new, now=self.now))
        return self.hits

    def beside(self, item_id: int) -> "Request":
        return replace(self, source_id=item_id, without=self.without | {item_id})

    def apart_from(self, item_ids: Iterable[int]) -> "Request":
        return replace(self, without=self.without.union(item_ids))

    def find_ahead(self, ids: list[int]) -> None:
        """Find at once what several lists of a page will ask for, each in its turn."""
        found = self._audience.found(self.shape, len(ids), beside=False)
        rows = found.tuples(now=self.now, user=self.user_id, ids=ids)
        self.known.update(dict.fromkeys(ids))
        self.known.update((row[0], self.shape.read(row)) for row in rows)

    def rows(self, ids: list[int]) -> dict[int, Any]:
        """Of `ids`, those that may be shown, in that order; more than `limit` are not needed."""
        if (known := self._known_rows(ids)) is not None:
            return known
        beside = self.source_id is not None
        found = self._audience.found(self.shape, self.limit, beside=beside)
        asked = [self.source_id, *ids] if beside else ids
        rows = found.tuples(now=self.now, user=self.user_id, source=self.source_id, ids=asked)
        self.seen.update(row[0] for row in rows)
        return {row[0]: self.shape.read(row) for row in rows}

    def _known_rows(self, ids: list[int]) -> dict[int, Any] | None:
        """The same of what is known already; None where that is not enough."""
        rows: dict[int, Any] = {}
        for item_id in ids:
            if item_id not in self.known:
                return None
            if self.known[item_id] is not None:
                rows[item_id] = self.known[item_id]
            if len(rows) == self.limit:
                break
        return rows

    def ending(self) -> dict[int, Any]:
        """The lots that end next, in that order, by id: as many as are asked for."""
        return self._audience.ending(
            self.limit, now=self.now, user=self.user_id, without=self.without, shape=self.shape
        )

    def newest(self) -> Iterator[Candidate]:
        """The last stage: it ends only when there is nothing left that may be shown."""
        for item_id in self._audience.newest(now=self.now, user=self.user_id):
            yield Candidate(item_id, 0.0, Reason.NEWEST, Source.NEWEST)

    @property
    def _audience(self) -> Audience:
        return ANYBODY if self.user_id is None else ONE_PERSON


def fill(request: Request, *stages: Iterable[Candidate]) -> list[Served]:
    """The first `limit` candidates that may be shown, none twice; a stage is asked if need be."""
    places: list[Served] = []
    seen = set(request.without)
    for stage in stages:
        unseen = (candidate for candidate in stage if _is_first(candidate.item_id, seen))
        while missing := request.limit - len(places):
            asked = list(islice(unseen, missing + SLACK))
            if not asked:
                break
            rows = request.rows([candidate.item_id for candidate in asked])
            shown = (candidate for candidate in asked if candidate.item_id in rows)
            places.extend(
                Served(candidate, rank, rows[candidate.item_id])
                for rank, candidate in enumerate(islice(shown, missing), len(places) + 1)
            )
    return places


def _is_first(item_id: int, seen: set[int]) -> bool:
    if item_id in seen:
        return False
    seen.add(item_id)
    return True
