"""One person's top 20 right after a new action, from a memory-mapped artifact, one thread.

    python -m benchmarks.engine_serving [--items 200000] [--neighbours 100] [--requests 2000]

Histories are as long as people's are (geometric, mean 30); half of the items are live and 50 ids
are excluded besides. A new item has a category (of 1,000) and four title words (of 50,000), as all
items have; its neighbours are found from these. Wall and CPU in milliseconds, beside the floor any
full scan has: one numpy product of all items' 64 factors with one person's, in the same run.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from recommendations.engine.artifact import read_artifact, write_artifact
from recommendations.engine.graph_settings import ItemGraphSettings
from recommendations.engine.histories import History
from recommendations.engine.interactions import Interactions
from recommendations.engine.newcomers import AttributeIndex
from recommendations.engine.serving import ServedGraph


def random_graph(items: int, neighbours: int, rng: np.random.Generator) -> csr_array:
    """Every item with `neighbours` random others: no locality helps the caches."""
    indices = rng.integers(0, items, items * neighbours, dtype=np.int32)
    values = rng.random(items * neighbours, dtype=np.float32)
    indptr = np.arange(0, items * neighbours + 1, neighbours)
    return csr_array((values, indices, indptr), shape=(items, items))


def said_of(items: int, rng: np.random.Generator) -> np.ndarray:
    """(items, 5) a category and four words each, as 64-bit keys."""
    categories = rng.integers(0, 1_000, (items, 1))
    return np.hstack([categories, 1_000 + rng.integers(0, 50_000, (items, 4))])


def measure(name: str, work: Callable[[int], object], requests: int) -> None:
    wall, cpu = np.empty(requests), np.empty(requests)
    for number in range(requests):
        clock, processor = time.perf_counter(), time.thread_time()
        work(number)
        wall[number] = 1000 * (time.perf_counter() - clock)
        cpu[number] = 1000 * (time.thread_time() - processor)
    for kind, taken in (("wall", wall), ("CPU", cpu)):
        p50, p99 = np.percentile(taken, [50, 99])
        print(f"| {name} | {kind} | {p50:.2f} | {p99:.2f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=200_000)
    parser.add_argument("--neighbours", type=int, default=100)
    parser.add_argument("--requests", type=int, default=2000)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    ids = np.arange(options.items, dtype=np.int64)
    with tempfile.TemporaryDirectory() as folder, threadpool_limits(1):
        edges = random_graph(options.items, options.neighbours, rng)
        untouched = Interactions.from_columns([], [], catalogue=ids)
        said = said_of(options.items, rng)
        described = untouched.with_attributes(said.ravel(), np.repeat(ids, said.shape[1]))
        index = AttributeIndex.of(described, ItemGraphSettings(neighbours=options.neighbours))
        write_artifact(Path(folder), "v1", ids, edges, index, {})
        started = time.perf_counter()
        loaded = read_artifact(Path(folder) / "v1")
        print(
            f"loaded and verified {loaded.size >> 20} MiB in {time.perf_counter() - started:.1f} s"
        )
        served = ServedGraph(loaded.items, loaded.edges)
        live = rng.random(options.items) < 0.5
        factors = rng.random((options.items, 64), dtype=np.float32)
        lengths = rng.geometric(1 / 30, options.requests)
        histories = [History.of(rng.integers(0, options.items, length)) for length in lengths]
        exclude = rng.integers(0, options.items, 50)

        def serve(number: int) -> object:
            return served.top_items(histories[number], 20, exclude=exclude, live=live)

        new = options.items
        of_new = said_of(options.requests, rng)

        def place(number: int) -> object:
            names = of_new[number]
            newcomers = loaded.index.place_all(np.full(names.size, new), names)
            joined = replace(served, newcomers=newcomers)
            return joined.top_items(History.of([new]), 20, live=np.append(live, True))

        print("| what | clock | p50 ms | p99 ms |\n| --- | --- | --- | --- |")
        measure("one product with all factors (floor)", lambda at: factors @ factors[at], 500)
        measure("top 20 with live filter and exclusions", serve, options.requests)
        measure("top 20 of an item that came after the fit", place, options.requests)


if __name__ == "__main__":
    main()
