"""A large marketplace from stored rows to stored lists: time, CPU and memory of every step.

    python -m benchmarks.engine_scale [--database {sqlite,postgresql}] [--folder FOLDER]
        [--people 200000] [--items 200000] [--pairs 10000000] [STEP …]
    python -m benchmarks.engine_scale --database postgresql --file gowalla/train.txt
        --algorithm graphs --length 100 fill train homes

Steps, each in a process of its own: fill (not counted; with `--file` an import), load, implicit
(its all-pairs kNN, the baseline), item-graph-20, item-graph-100, ridge-graph-100, train (judging
included), similar and homes (every item's and everybody's list, to database and cache). All of
them unless some are named; a FOLDER keeps what one leaves for the next. `--length` makes
everybody's list so long, by taste and terms alone.
CPU is this process's own, all threads; peak is its resident memory, reading included.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from benchmarks.databases import DATABASES, Measured, kept_in

NEIGHBOURS = 20


def main() -> None:
    options = _options()
    if options.child:
        print(orjson.dumps(_child(options)).decode())
        return
    with ExitStack() as stack:
        folder = options.folder or Path(
            stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        )
        (folder / "database").mkdir(parents=True, exist_ok=True)
        url = stack.enter_context(kept_in(folder / "database", options.database))
        os.environ |= {
            "DATABASE_URL": url, "RECSYS_MODELS_DIR": str(folder / "models"),
            "SECRET_KEY": "benchmark", "LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "recsys.settings",
        }  # fmt: skip
        if options.length:
            names = ("limit", "per_category", "per_seller")
            rules = dict.fromkeys(names, options.length) | {"relevance": 1}
            os.environ["RECSYS_HOME_RULES"] = orjson.dumps(rules).decode()
        print(
            "| step | wall s | CPU s | peak MiB | |\n| --- | --- | --- | --- | --- |", flush=True
        )
        for step in options.steps or STEPS:
            told = _run(step)
            figures = [f"{told[name]:,.1f}" for name in ("seconds", "cpu", "mebibytes")]
            print(f"| {step} | {' | '.join(figures)} | {told['what']} |", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--folder", type=Path, help="keep the database and the models there")
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--categories", type=int, default=1_000)
    parser.add_argument("--pairs", type=int, default=10_000_000)
    parser.add_argument("--file", type=Path, help="fill from this file of lightgcn's format")
    parser.add_argument("--algorithm", default="item-graph", help="of the step train")
    parser.add_argument("--length", type=int, help="of everybody's list")
    parser.add_argument("--child", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("steps", nargs="*", metavar="STEP", choices=[*STEPS, []])
    return parser.parse_args()


def _run(step: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.engine_scale", *sys.argv[1:], "--child", step]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return orjson.loads(out.splitlines()[-1])


def _child(options: argparse.Namespace) -> dict[str, Any]:
    work = STEPS[options.child](options)
    with Measured() as measured:
        what = work()
    figures = {name: getattr(measured, name) for name in ("seconds", "cpu", "mebibytes")}
    return {**figures, "what": what}


Work = Callable[[], str]


def _fill(options: argparse.Namespace) -> Work:
    from django.core.management import call_command

    from benchmarks.marketplaces import generated, load

    call_command("migrate", verbosity=0)
    if options.file:
        return lambda: call_command(
            "import_interactions", str(options.file), format="lightgcn", verbosity=0
        )
    market = generated(options.people, options.items, options.categories, options.pairs)

    def work() -> str:
        load(market)
        return f"{len(market.bids):,} bids, {len(market.watches):,} watches"

    return work


def _load(_: argparse.Namespace) -> Work:
    from recommendations.services.evidence import read_marketplace

    def work() -> str:
        data = read_marketplace(datetime.now(UTC)).data
        people, items = data.matrix.shape
        return f"{people:,} × {items:,}, {data.matrix.nnz:,} pairs"

    return work


def _implicit(_: argparse.Namespace) -> Work:
    from implicit.nearest_neighbours import CosineRecommender
    from scipy.sparse import csr_matrix

    from recommendations.engine.parallel import cores
    from recommendations.services.evidence import read_marketplace

    matrix = csr_matrix(read_marketplace(datetime.now(UTC)).data.matrix, dtype=np.float64)

    def work() -> str:
        model = CosineRecommender(K=NEIGHBOURS, num_threads=cores())
        model.fit(matrix, show_progress=False)
        return f"{model.similarity.nnz:,} edges"

    return work


def _graph(algorithm: str, neighbours: int) -> Callable[[argparse.Namespace], Work]:
    """The fit alone: reading is another step."""

    def prepared(_: argparse.Namespace) -> Work:
        from dataclasses import replace

        from recommendations.engine.families import FITS, Material
        from recommendations.engine.recipes import ALGORITHMS
        from recommendations.services.evidence import read_marketplace

        now = datetime.now(UTC)
        market = read_marketplace(now)
        on = Material(market.data, 0, market.open_until > now.timestamp())
        (part,) = ALGORITHMS[algorithm].parts
        settings = replace(part.settings, neighbours=neighbours)
        return lambda: f"{FITS[part.family](on, [settings])[0].edges.nnz:,} edges"

    return prepared


def _train(options: argparse.Namespace) -> Work:
    from recommendations.services import promote_model
    from recommendations.services.training import train_model

    def work() -> str:
        now = datetime.now(UTC)
        report = train_model(now=now, algorithm=options.algorithm)
        promote_model(version=report["version"], now=now)
        return f"NDCG {report['ndcg']:.4f}, popular {report['ndcg_popular']:.4f}"

    return work


def _similar(_: argparse.Namespace) -> Work:
    from datetime import timedelta

    from recommendations.services import compute_item_similarities

    def work() -> str:
        report = compute_item_similarities(now=datetime.now(UTC), pause=timedelta(0))
        return f"{report['similarities']:,} rows"

    return work


def _homes(_: argparse.Namespace) -> Work:
    from recommendations.services import generate_recommendations

    def work() -> str:
        report = generate_recommendations(now=datetime.now(UTC))
        return f"{report['people']:,} people, {report['recommended']:,} rows"

    return work


STEPS: dict[str, Callable[[argparse.Namespace], Work]] = {
    "fill": _fill,
    "load": _load,
    "implicit": _implicit,
    "item-graph-20": _graph("item-graph", NEIGHBOURS),
    "item-graph-100": _graph("item-graph", 100),
    "ridge-graph-100": _graph("ridge-graph", 100),
    "train": _train,
    "similar": _similar,
    "homes": _homes,
}

if __name__ == "__main__":
    main()
