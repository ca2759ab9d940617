"""What the engine's one routine reaches on public data, beside bare implicit in the same run.

    python -m benchmarks.engine_quality DIR [--only gowalla,ml-1m,citeulike-a,cold] [--seed 0]

DIR holds `gowalla`, `ml-1m` (lightgcn text) and `citeulike-a`; any other name is a folder of DIR
in lightgcn's text format. Everything is selected inside the training part. All-ranking, training
items masked, Recall@20 and NDCG@20 as LightGCN defines them. Each data set runs in a process of
its own; the peak of resident memory beside a row is that of the process so far. CPU seconds are
those of all threads.
"""

import argparse
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import numpy as np
from implicit.nearest_neighbours import BM25Recommender
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix

from benchmarks.databases import Measured
from recommendations.engine.blend import distilled
from recommendations.engine.factors import AlsSettings, fit_als
from recommendations.engine.interactions import Interactions
from recommendations.engine.metrics import evaluate
from recommendations.engine.models import Graph, Model, Popularity
from recommendations.engine.readers import read_citeulike, read_lightgcn
from recommendations.engine.selection import fit_selected, select

M = TypeVar("M", bound=Model)

GOALS = {
    "gowalla": (0.1930, 0.1605),
    "ml-1m": (0.2820, 0.2710),
    "citeulike-a": (0.3680, 0.3120),
    "cold": (0.375, 0.334),
}


@dataclass(frozen=True)
class Task:
    train: Interactions
    test: csr_array
    live: NDArray[np.bool_] | None = None


def lightgcn(directory: Path) -> Task:
    return Task(*read_lightgcn(directory))


def citeulike(directory: Path) -> Task:
    """A random fifth of all pairs is the test part, as the issue fixes it."""
    data = read_citeulike(directory)
    hidden = np.random.default_rng(0).random(data.matrix.nnz) < 0.2
    return Task(data.with_matrix(~hidden), data.with_matrix(hidden).matrix)


def cold(directory: Path) -> Task:
    """A random fifth of the articles loses every interaction and is ranked among itself."""
    data = read_citeulike(directory)
    unseen = np.random.default_rng(0).random(data.items.size) < 0.2
    hidden = unseen[data.matrix.indices]
    return Task(data.with_matrix(~hidden), data.with_matrix(hidden).matrix, unseen)


TASKS: dict[str, tuple[str, Callable[[Path], Task]]] = {
    "gowalla": ("gowalla", lightgcn),
    "ml-1m": ("ml-1m", lightgcn),
    "citeulike-a": ("citeulike-a", citeulike),
    "cold": ("citeulike-a", cold),
}


def run(name: str, directory: Path, seed: int) -> None:
    folder, read = TASKS.get(name, (name, lightgcn))
    task = read(directory / folder)
    report(name, "popularity", task, lambda: Popularity.fit(task.train))
    report(name, "implicit BM25, K 100", task, lambda: bare_bm25(task.train))
    report(name, "implicit ALS, 128", task, lambda: fit_als(task.train, AlsSettings(), seed))
    with Measured() as measured:
        selection = select(task.train, seed)
    print(f"{name}: selected in {_cost(measured)}: {selection}", flush=True)
    blend = report(
        name,
        f"ours (goal {GOALS[name]})" if name in GOALS else "ours",
        task,
        lambda: fit_selected(task.train, selection, seed, task.live),
    )
    sample = task.train.matrix[:2000]
    report(name, "ours as one graph", task, lambda: distilled(blend, sample, 500, task.live))


def report(name: str, model_name: str, task: Task, fit: Callable[[], M]) -> M:
    with Measured() as measured:
        model = fit()
    found = evaluate(model, task.train, task.test, live=task.live)
    print(
        f"| {name} | {model_name} | {found.recall:.4f} | {found.ndcg:.4f} | {found.mrr:.4f}"
        f" | {found.coverage:.3f} | {found.novelty:.2f} | {found.diversity:.3f}"
        f" | {_cost(measured)} |",
        flush=True,
    )
    return model


def _cost(measured: Measured) -> str:
    """The peak is that of the process so far: of everything above in the table."""
    return f"{measured.seconds:.1f} | {measured.cpu:.1f} | {measured.mebibytes:.0f}"


def bare_bm25(train: Interactions) -> Graph:
    model = BM25Recommender(K=100, K1=1.2, B=0.75)
    model.fit(csr_matrix(train.matrix, dtype=np.float64), show_progress=False)
    return Graph(csr_array(model.similarity, dtype=np.float32))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--only", default=",".join(TASKS))
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    head = (
        "data | model | R@20 | N@20 | MRR | coverage | novelty | diversity | fit s | CPU s | MiB"
    )
    print(f"| {head} |\n|{' --- |' * (head.count('|') + 1)}", flush=True)
    for name in options.only.split(","):
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            pool.submit(run, name, options.directory, options.seed).result()


if __name__ == "__main__":
    main()
