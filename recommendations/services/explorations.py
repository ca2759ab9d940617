"""What was shown by chance, and what people then did: the log other rules can be judged by."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import orjson
from django.db import transaction
from numpy.typing import NDArray

from recommendations.data import DEEDS, Drawn
from recommendations.engine.deeds import DAY
from recommendations.engine.exploration import earned_by
from recommendations.models import Exploration
from recommendations.services.evidence import read_deeds
from recommendations.weights import evidence_by_kind
from recsys.lib.bulk import insert_new, keyset_batches
from recsys.lib.commands import Progress, no_progress

__all__ = ["Shown", "export_explorations", "record_explorations"]

ROWS_AT_ONCE = 5_000
FIELDS = ("pk", "user_id", "item_id", "rank", "propensity", "among", "model", "shown_at")


class Shown(NamedTuple):
    item_id: int
    rank: int
    drawn: Drawn


@transaction.atomic
def record_explorations(*, user_id: int, shown: Sequence[Shown], model: str, now: datetime) -> int:
    """Note what was drawn for the person and shown; how much of it was not noted today."""
    columns: dict[str, list[Any]] = {
        "user": [user_id] * len(shown),
        "item": [each.item_id for each in shown],
        "rank": [each.rank for each in shown],
        "propensity": [each.drawn.propensity for each in shown],
        "among": [each.drawn.among for each in shown],
        "model": [model] * len(shown),
        "shown_on": [now.date()] * len(shown),
        "shown_at": [now] * len(shown),
    }
    return len(insert_new(Exploration, columns, returning="id"))


def export_explorations(
    path: Path, *, since: datetime, within: timedelta, progress: Progress = no_progress
) -> dict[str, Any]:
    """Write each draw shown from `since` on with what the person did with the item `within` then.

    One JSON object a line: the fields of `Exploration`, `deeds` (kinds, oldest first) and
    `reward`, the sum of their weights (RECSYS_EVIDENCE). Report: draws, acted_on, reward (the
    mean), reward_if_uniform (the estimate for drawing each item with the same chance).
    """
    draws = Exploration.objects.filter(shown_at__gte=since)
    total, columns = draws.count(), []
    with path.open("wb") as file:
        for batch in keyset_batches(draws.values_list(*FIELDS), ROWS_AT_ONCE):
            lines = [*_with_outcomes(batch, since, within)]
            file.writelines(orjson.dumps(line) + b"\n" for line in lines)
            columns += [(line["propensity"], line["among"], line["reward"]) for line in lines]
            progress(len(columns), total)
    propensity, among, reward = np.array(columns, np.float64).reshape(-1, 3).T
    return {
        "draws": len(columns),
        "acted_on": int((reward > 0).sum()),
        "reward": float(reward.mean()) if columns else 0.0,
        "reward_if_uniform": earned_by(1 / among, propensity, reward),
    }


def _with_outcomes(
    batch: Sequence[tuple[Any, ...]], since: datetime, within: timedelta
) -> Iterator[dict[str, Any]]:
    deeds = read_deeds(since=since, people={row[1] for row in batch})
    deeds = deeds.where(np.argsort(deeds.seconds, kind="stable"))
    done: dict[tuple[int, int], list[int]] = {}
    pairs = zip(deeds.people.tolist(), deeds.items.tolist(), strict=True)
    for place, pair in enumerate(pairs):
        done.setdefault(pair, []).append(place)
    weight = np.array([each.weight for each in evidence_by_kind()])
    for _, *values in batch:
        draw = dict(zip(("user", "item", *FIELDS[3:]), values, strict=True))
        places = np.array(done.get((draw["user"], draw["item"]), []), np.int64)
        after = deeds.seconds[places] - draw["shown_at"].timestamp()
        kinds: NDArray[np.int64] = deeds.kinds[
            places[(after >= 0) & (after <= within / timedelta(days=1) * DAY)]
        ]
        yield {
            **draw,
            "deeds": [DEEDS[kind] for kind in kinds.tolist()],
            "reward": float(weight[kinds].sum()),
        }
