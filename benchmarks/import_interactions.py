#!/usr/bin/env python3
"""How long a big import takes and what it holds, beside the barest insert of the same pairs.

    python -m benchmarks.import_interactions FILE [--database {sqlite,postgresql}]

FILE is in lightgcn's format: `user item item …` a line. The import makes people, items and one
watch a pair, with counts, in a process of its own, on a throw-away database. Beside it, in the
same run and database, the same pairs go into a bare table of two integers with one unique index:
by `executemany` on SQLite, by COPY on PostgreSQL. The ratio says what meaning costs.

Gowalla's 810,128 pairs, on two cores shared with others: SQLite 26 s, 204 MiB; PostgreSQL 74 s,
184 MiB (98 s on busier ones), of which 12 s were this process's CPU and 47 s the server's: foreign
keys, four indexes.
"""

import argparse
import multiprocessing
import os
from collections.abc import Iterator
from pathlib import Path

import django

from benchmarks.databases import DATABASES, Measured, throwaway


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("file", type=Path)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    options = parser.parse_args()
    print(f"{'what':<10}{'rows':>10}{'s':>9}{'CPU s':>9}{'rows/s':>10}{'MiB':>7}")
    with throwaway(options.database) as url:
        os.environ |= {"DATABASE_URL": url, "SECRET_KEY": "benchmark", "LOG_LEVEL": "ERROR"}
        seconds = [_in_own_process(work, options.file) for work in (_import, _bare)]
    print(f"\nimport / bare insert: {seconds[0] / seconds[1]:.1f}")


def _in_own_process(work, file: Path) -> float:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        name, rows, measured = pool.apply(work, (file,))
    print(
        f"{name:<10}{rows:>10,}{measured.seconds:>9.1f}{measured.cpu:>9.1f}"
        f"{rows / measured.seconds:>10,.0f}{measured.mebibytes:>7.0f}"
    )
    return measured.seconds


def _import(file: Path):
    _set_up()
    from django.core.management import call_command

    from inventory.models import WatchlistItem

    call_command("migrate", verbosity=0)
    with Measured() as measured:
        call_command("import_interactions", str(file), format="lightgcn", verbosity=0)
    return "import", WatchlistItem.objects.count(), measured


def _bare(file: Path):
    _set_up()
    from django.db import connection, transaction

    pairs = list(_pairs(file))
    with Measured() as measured, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (person integer, item integer, UNIQUE (person, item))")
        if connection.vendor == "sqlite":
            cursor.executemany("INSERT INTO bare VALUES (%s, %s)", pairs)
        else:
            with cursor.copy("COPY bare FROM STDIN") as copy:
                for pair in pairs:
                    copy.write_row(pair)
    return "bare", len(pairs), measured


def _set_up() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "recsys.settings"
    django.setup()


def _pairs(file: Path) -> Iterator[tuple[int, int]]:
    with file.open() as lines:
        for line in lines:
            person, *items = map(int, line.split())
            yield from ((person, item) for item in items)


if __name__ == "__main__":
    main()
