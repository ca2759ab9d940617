#!/usr/bin/env python3
"""Lots that live once: a simulated marketplace in which every lot ends within a week.

    python -m benchmarks.engine_marketplace [--people N] [--lots N] [--days N] [--seed S]

People want some categories, brands and styles; lots come every day, and people bid on live ones
that suit them. Models learn from all days but the last two and are judged by who bids on what
then, among the lots live then: NDCG@20 and recall@20, as they come out.
"""

import argparse
import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from recommendations.engine.blend import distilled
from recommendations.engine.comparison import compared
from recommendations.engine.factors import AlsSettings, fit_als
from recommendations.engine.families import Material
from recommendations.engine.interactions import Interactions
from recommendations.engine.metrics import judge
from recommendations.engine.models import Popularity
from recommendations.engine.recipes import ALGORITHMS, Recipe
from recommendations.engine.selection import select
from recommendations.engine.splits import Holdout

WEEK = 7
JUDGED_DAYS = 2
CATEGORIES, BRANDS, STYLES = 20, 5, 30
Array = NDArray[Any]


@dataclass
class Lots:
    category: Array
    brand: Array
    style: Array
    opens: Array
    closes: Array


@dataclass(frozen=True, eq=False)
class ByFormula:
    """The homepage formula's interest and popularity parts, 0.6 and 0.2."""

    category: Array
    weights: Array

    def scores(self, histories: csr_array) -> Array:
        of_category = csr_array(
            (
                np.ones(self.category.size, np.float32),
                (np.arange(self.category.size), self.category),
            )
        )
        interest = (histories @ of_category).toarray()
        interest /= np.maximum(interest.max(axis=1, keepdims=True), 1e-9)
        popular = np.minimum(self.weights / 10, 1)
        return (0.6 * interest[:, self.category] + 0.2 * popular).astype(np.float32)


def simulated(people: int, lots: int, days: int, rng: np.random.Generator) -> tuple[Lots, Array]:
    """The lots, and (person, lot, day) of every bid."""
    opens = np.sort(rng.integers(0, days, lots))
    catalogue = Lots(
        rng.integers(0, CATEGORIES, lots),
        rng.integers(0, BRANDS, lots),
        rng.integers(0, STYLES, lots),
        opens,
        opens + rng.integers(1, WEEK + 1, lots),
    )
    wants_category = rng.dirichlet(np.full(CATEGORIES, 0.1), people)
    wants_brand = rng.dirichlet(np.full(BRANDS, 0.3), (people, CATEGORIES))
    wants_style = rng.dirichlet(np.full(STYLES, 0.1), people)
    draw = rng.lognormal(0, 0.7, lots)
    bids = []
    for day in range(days):
        (live,) = np.nonzero((catalogue.opens <= day) & (catalogue.closes > day))
        active = np.flatnonzero(rng.random(people) < 0.4)
        if not live.size:
            continue
        category, brand, style = (
            each[live] for each in (catalogue.category, catalogue.brand, catalogue.style)
        )
        worth = wants_category[active][:, category] * draw[live]
        worth *= wants_brand[active[:, None], category, brand] * wants_style[active][:, style]
        chance = (worth + 1e-12).cumsum(axis=1)
        for _ in range(2):
            at = (chance < rng.random((active.size, 1)) * chance[:, -1:]).sum(axis=1)
            bids.append(np.stack([active, live[at], np.full(active.size, day)], axis=1))
    return catalogue, np.concatenate(bids)


def split_of(lots: Lots, bids: Array, days: int) -> Holdout:
    until = days - JUDGED_DAYS
    data = Interactions.from_columns(
        bids[:, 0], bids[:, 1], times=bids[:, 2], catalogue=np.arange(lots.category.size)
    )
    items = np.arange(lots.category.size)
    brand = lots.category * BRANDS + lots.brand
    names = [lots.category, 1_000 + brand, 10_000 + lots.style]
    data = data.with_attributes(np.concatenate(names), np.tile(items, 3))
    assert data.times is not None
    later = data.times >= until
    live = (lots.closes > until) & (lots.opens < days)
    return Holdout("time", data.with_matrix(~later), data.with_matrix(later).matrix, live)


def options_of(description: str) -> argparse.Namespace:
    """How large a marketplace to simulate, and from which seed."""
    parser = argparse.ArgumentParser(description=description.partition("\n")[0])
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--lots", type=int, default=6_000)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


def main() -> None:
    options = options_of(__doc__)
    rng = np.random.default_rng(options.seed)
    lots, bids = simulated(options.people, options.lots, options.days, rng)
    split = split_of(lots, bids, options.days)
    untouched = (split.live & ~split.train.touched()).sum() / split.live.sum()
    print(f"{len(bids):,} bids; {split.live.sum()} lots live, {untouched:.0%} of them untouched\n")
    print("| model | NDCG@20 | recall@20 | fit s | NDCG less that of the formulas |")
    print("| --- | --- | --- | --- | --- |")
    baseline = None
    for name, fit in contestants(split, lots, options.seed).items():
        started = time.perf_counter()
        model = fit()
        seconds = time.perf_counter() - started
        found = judge(model, split.train.matrix, split.test, live=split.live)
        baseline = found if baseline is None else baseline
        luck = compared(found.ndcg, baseline.ndcg)
        interval = f"{luck.difference:+.4f} ({luck.low:+.4f} … {luck.high:+.4f})"
        print(
            f"| {name} | {found.ndcg.mean():.4f} | {found.recall.mean():.4f} "
            f"| {seconds:.1f} | {interval} |",
            flush=True,
        )


def contestants(split: Holdout, lots: Lots, seed: int) -> dict[str, Any]:
    popular = Popularity.fit(split.train)
    bare = replace(split.train, attributes=None, attribute_names=None)

    def served(recipe: Recipe) -> Any:
        blend = recipe.fit(Material(split.train, seed, split.live))
        return distilled(blend, split.train.matrix[:256], 100, split.live)

    return {
        "formulas (interest, popularity)": lambda: ByFormula(lots.category, popular.weights),
        "popular among the live": lambda: popular,
        "bare ALS on people × lots": lambda: fit_als(bare, AlsSettings(), seed),
        "engine: item graph": lambda: served(ALGORITHMS["item-graph"]),
        "engine: graphs": lambda: served(ALGORITHMS["graphs"]),
        "engine: blend, as chosen": lambda: served(select(split.train, seed).recipe()),
    }


if __name__ == "__main__":
    main()
