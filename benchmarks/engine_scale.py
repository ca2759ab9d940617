"""A large marketplace from stored rows to stored lists: time, CPU and memory of every step.

    python -m benchmarks.engine_scale [--database {sqlite,postgresql}]
        [--people 200000] [--items 200000] [--pairs 10000000] [--lists]

Each step runs in a process of its own on a throw-away database; filling it is not measured.
`--lists` also measures writing everybody's and every item's lists to database and cache.
CPU is this process's own, all threads; peak is its resident memory.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from typing import Any

import django
import orjson

from benchmarks.databases import DATABASES, Measured, throwaway

FITS = ["item-graph 20", "item-graph 100", "ridge-graph 100"]


def main() -> None:
    options = _options()
    if options.child:
        print(orjson.dumps(_child(options)).decode())
        return
    with throwaway(options.database) as url, tempfile.TemporaryDirectory() as models:
        os.environ |= {
            "DATABASE_URL": url, "RECSYS_MODELS_DIR": models,
            "SECRET_KEY": "benchmark", "LOG_LEVEL": "WARNING",
        }  # fmt: skip
        _run("fill")
        print("| step | wall s | CPU s | peak MiB | |\n| --- | --- | --- | --- | --- |")
        for step in ["load", *FITS, *(["train", "similar", "homes"] if options.lists else [])]:
            told = _run(step)
            figures = [f"{told[name]:,.1f}" for name in ("seconds", "cpu", "mebibytes")]
            print(f"| {step} | {' | '.join(figures)} | {told['what']} |", flush=True)


def _run(step: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.engine_scale", *sys.argv[1:], "--child", step]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return orjson.loads(out.splitlines()[-1])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--people", type=int, default=200_000)
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--categories", type=int, default=1_000)
    parser.add_argument("--pairs", type=int, default=10_000_000)
    parser.add_argument("--lists", action="store_true", help="train and write all lists, too")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    return parser.parse_args()


def _child(options: argparse.Namespace) -> dict[str, Any]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "recsys.settings"
    django.setup()
    step = options.child
    if step == "fill":
        return _fill(options)
    if step in FITS:
        return _fit(*step.split())
    with Measured() as measured:
        what = {"load": _load, "train": _train, "similar": _similar, "homes": _homes}[step]()
    return {**_told(measured), "what": what}


def _told(measured: Measured) -> dict[str, float]:
    return {name: getattr(measured, name) for name in ("seconds", "cpu", "mebibytes")}


def _fill(options: argparse.Namespace) -> dict[str, Any]:
    from django.core.management import call_command

    from benchmarks.marketplaces import generated, load

    call_command("migrate", verbosity=0)
    load(generated(options.people, options.items, options.categories, options.pairs))
    return {}


def _load() -> str:
    from recommendations.services.evidence import read_marketplace

    data = read_marketplace(datetime.now(UTC)).data
    people, items = data.matrix.shape
    return f"{people:,} × {items:,}, {data.matrix.nnz:,} pairs"


def _fit(algorithm: str, neighbours: str) -> dict[str, Any]:
    """The fit alone: reading is another step."""
    from dataclasses import replace

    from recommendations.engine.families import FITS as FITTERS
    from recommendations.engine.families import Material
    from recommendations.engine.recipes import ALGORITHMS
    from recommendations.services.evidence import read_marketplace

    now = datetime.now(UTC)
    market = read_marketplace(now)
    on = Material(market.data, 0, market.open_until > now.timestamp())
    (part,) = ALGORITHMS[algorithm].parts
    settings = replace(part.settings, neighbours=int(neighbours))
    with Measured() as measured:
        (model,) = FITTERS[part.family](on, [settings])
    return {**_told(measured), "what": f"{model.edges.nnz:,} edges"}


def _train() -> str:
    from recommendations.services import promote_model
    from recommendations.services.training import train_model

    now = datetime.now(UTC)
    report = train_model(now=now, algorithm="item-graph")
    promote_model(version=report["version"], now=now)
    return f"NDCG {report['ndcg']:.4f}, popular {report['ndcg_popular']:.4f}"


def _similar() -> str:
    from datetime import timedelta

    from recommendations.services import compute_item_similarities

    report = compute_item_similarities(now=datetime.now(UTC), pause=timedelta(0))
    return f"{report['similarities']:,} rows"


def _homes() -> str:
    from recommendations.services import generate_recommendations

    report = generate_recommendations(now=datetime.now(UTC))
    return f"{report['people']:,} people, {report['recommended']:,} rows"


if __name__ == "__main__":
    main()
