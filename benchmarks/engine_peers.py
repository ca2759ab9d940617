"""Ours beside LibRecommender and bare implicit on one data set, in one run.

    uv venv --python 3.11 PEERS
    uv pip install --python PEERS/bin/python LibRecommender==1.5.2 \\
        pandas scikit-learn tensorflow-cpu torch "setuptools<81"
    python -m benchmarks.engine_peers DIR PEERS/bin/python [--seed 0]

DIR holds train.txt and test.txt in lightgcn's format. LibRecommender runs as a subprocess in the
environment PEERS, outside the project: it wants TensorFlow and PyTorch even for models that use
neither. Everything is judged by our one measure, NDCG@20 and recall@20; seconds are those of the
fit, on the same two cores; reading and ranking are left out for everybody.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import orjson
from implicit.nearest_neighbours import BM25Recommender, CosineRecommender
from scipy.sparse import csr_array, csr_matrix

from benchmarks.databases import Measured
from recommendations.engine.factors import AlsSettings, fit_als
from recommendations.engine.families import RIDGE_GRAPH, SPECTRAL, Material
from recommendations.engine.interactions import Interactions
from recommendations.engine.metrics import judge, list_worth
from recommendations.engine.models import Graph, Model
from recommendations.engine.readers import read_lightgcn
from recommendations.engine.recipes import ALGORITHMS, Part, Recipe
from recommendations.engine.ridge_graph import RidgeSettings
from recommendations.engine.selection import fit_selected, select

PEERS = Path(__file__).with_name("librecommender.py")
Row = tuple[str, float, float, float, float]
"""Model, NDCG, recall, wall and CPU seconds."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("directory", type=Path)
    parser.add_argument("python", type=Path, help="the interpreter of the peers' environment")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    train, test = read_lightgcn(options.directory)
    print("| model | NDCG@20 | recall@20 | fit s | CPU s |\n| --- | --- | --- | --- | --- |")
    for name, ndcg, recall, wall, cpu in (
        *librecommender(options.python, options.directory / "train.txt", train, test),
        *measured(bare(train, options.seed), train, test),
        *measured(ours(train, options.seed), train, test),
    ):
        print(f"| {name} | {ndcg:.4f} | {recall:.4f} | {wall:.1f} | {cpu:.1f} |", flush=True)


def librecommender(
    python: Path, train_txt: Path, train: Interactions, test: csr_array
) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "lists.npz"
        command = [python, "-P", PEERS, train_txt, out]  # -P: `requests` is not our benchmarks'
        said = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
        told = orjson.loads(said.splitlines()[-1])  # the library talks before
        lists = np.load(out)
        rows = np.searchsorted(train.people, lists["people"])
        judged = np.diff(test.indptr)[rows] > 0
        for name, (wall, cpu) in told.items():
            columns = np.searchsorted(train.items, lists[name][judged]).astype(np.int32)
            recall, ndcg, _ = list_worth(columns, test[rows[judged]]).mean(axis=0)
            yield name, ndcg, recall, wall, cpu


def measured(
    models: dict[str, Callable[[], Model]], train: Interactions, test: csr_array
) -> Iterator[Row]:
    for name, fit in models.items():
        with Measured() as fitting:
            model = fit()
        found = judge(model, train.matrix, test)
        yield name, found.ndcg.mean(), found.recall.mean(), fitting.seconds, fitting.cpu


def bare(train: Interactions, seed: int) -> dict[str, Callable[[], Model]]:
    def neighbours(model: CosineRecommender | BM25Recommender) -> Graph:
        model.fit(csr_matrix(train.matrix, dtype=np.float64), show_progress=False)
        return Graph(csr_array(model.similarity, dtype=np.float32))

    return {
        "implicit cosine, K 100": lambda: neighbours(CosineRecommender(K=100)),
        "implicit BM25, K 100": lambda: neighbours(BM25Recommender(K=100)),
        "implicit ALS, 128 factors": lambda: fit_als(train, AlsSettings(), seed),
    }


def ours(train: Interactions, seed: int) -> dict[str, Callable[[], Model]]:
    material = Material(train, seed)
    return {
        "ours: item graph": lambda: ALGORITHMS["item-graph"].fit(material),
        "ours: spectral, 64": lambda: Recipe((Part(SPECTRAL, 64),)).fit(material),
        "ours: ridge graph, K 100": lambda: ALGORITHMS["ridge-graph"].fit(material),
        "ours: ridge graph, K 400": lambda: Recipe(
            (Part(RIDGE_GRAPH, RidgeSettings(neighbours=400)),)
        ).fit(material),
        "ours: blend, selection included": lambda: fit_selected(train, select(train, seed), seed),
    }


if __name__ == "__main__":
    main()
