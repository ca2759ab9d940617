#!/usr/bin/env python3
"""How long the four recomputes take, what they hold, and where the time goes.

    python -m benchmarks.formulas [--amazon DIR] [--database {sqlite,postgresql}]

Measured on a throw-away database, each command in a process of its own, without pauses, all
people active; CPU seconds are the process's own, its start included, without PostgreSQL's.
Without --amazon the marketplace is generated: 20,000 people, 40,000 items in 200
categories, 800,000 interactions. `--again` measures each twice: the second run meets the rows of
the first, as every night but one.

Amazon Beauty on SQLite, on two busy cores: interests 25 s (10 of CPU), similarities 59 (21),
popular 0 (2), recommendations 26 (19): 110 s, 115 MiB at most.
The generated marketplace, beside another benchmark: SQLite 23 + 132 + 0 + 25 = 180 s, 119 MiB;
PostgreSQL 23 + 150 + 0 + 37 = 210 s, 117 MiB. Nine tenths of it is computing, 19 and 41 s are
reading and writing: the formulas are exact over everything people touched together.
"""

import argparse
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
import orjson

from benchmarks.databases import DATABASES, throwaway

COMMANDS = [
    "refresh_user_interests",
    "compute_item_similarities",
    "generate_popular_items",
    "generate_recommendations",
]


def main() -> None:
    options = _options()
    if options.child:
        print(orjson.dumps(_child(options)).decode())
        return
    with throwaway(options.database) as url:
        os.environ |= {"DATABASE_URL": url, "DEBUG": "false", "SECRET_KEY": "benchmark"}
        _print_row(
            "step", "s", "CPU s", "MiB", "statements", "reading", "writing", "computing", "report"
        )
        for name in ["load", *COMMANDS * (2 if options.again else 1)]:
            _print_measured(name, _run_child(name))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--amazon", type=Path, metavar="DIR", help="a folder of Amazon's data")
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--items", type=int, default=40_000)
    parser.add_argument("--categories", type=int, default=200)
    parser.add_argument("--interactions", type=int, default=800_000)
    parser.add_argument("--again", action="store_true", help="measure every command twice")
    parser.add_argument("--child", choices=["load", *COMMANDS], help=argparse.SUPPRESS)
    return parser.parse_args()


def _run_child(name: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.formulas", *sys.argv[1:], "--child", name]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    measured: dict[str, Any] = orjson.loads(done.stdout)
    return measured


def _child(options: argparse.Namespace) -> dict[str, Any]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "recsys.settings"
    django.setup()
    from django.db import connection

    statements = _Statements()
    with connection.execute_wrapper(statements):
        started = time.perf_counter()
        report = _load(options) if options.child == "load" else _recompute(options.child)
        seconds = time.perf_counter() - started
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": seconds,
        "cpu": usage.ru_utime + usage.ru_stime,
        "mebibytes": usage.ru_maxrss / 1024,
        "statements": statements.count,
        "reading": statements.seconds["reading"],
        "writing": statements.seconds["writing"],
        "report": report,
    }


def _load(options: argparse.Namespace) -> dict[str, Any]:
    from django.core.management import call_command

    from benchmarks import marketplaces

    call_command("migrate", verbosity=0)
    if options.amazon:
        market = marketplaces.amazon(options.amazon)
    else:
        market = marketplaces.generated(
            options.people, options.items, options.categories, options.interactions
        )
    marketplaces.load(market)
    return {
        "people": market.people,
        "items": len(market.category),
        "bids": len(market.bids),
        "watches": len(market.watches),
    }


def _recompute(name: str) -> dict[str, Any]:
    from recommendations import services

    hurry = {"pause": timedelta(0)} if name == "compute_item_similarities" else {}
    report: dict[str, Any] = getattr(services, name)(now=datetime.now(UTC), **hurry)
    return {key: value for key, value in report.items() if key != "items" or name != COMMANDS[2]}


class _Statements:
    """Counts statements, and the time until each answered; fetching rows counts as computing."""

    def __init__(self) -> None:
        self.count = 0
        self.seconds: Counter[str] = Counter()

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            reads = sql.lstrip(" (").upper().startswith(("SELECT", "DECLARE", "WITH"))
            self.seconds["reading" if reads else "writing"] += time.perf_counter() - started
            self.count += 1


def _print_measured(name: str, measured: dict[str, Any]) -> None:
    computing = measured["seconds"] - measured["reading"] - measured["writing"]
    _print_row(
        name,
        f"{measured['seconds']:.1f}",
        f"{measured['cpu']:.1f}",
        f"{measured['mebibytes']:.0f}",
        measured["statements"],
        f"{measured['reading']:.1f}",
        f"{measured['writing']:.1f}",
        f"{computing:.1f}",
        ", ".join(f"{key} {value}" for key, value in measured["report"].items()),
    )


def _print_row(name: str, *figures: Any) -> None:
    *numbers, report = figures
    print(f"{name:26}", *(f"{number:>10}" for number in numbers), "", report, flush=True)


if __name__ == "__main__":
    main()
