"""Judging the engine on data with a fixed test part.

Imported by name, not through the package: fitting brings a compiler along, which a web process
must not load at its start.
"""

import time
from pathlib import Path
from typing import Any

from recommendations.engine.errors import EngineError
from recommendations.engine.interactions import Interactions
from recommendations.engine.metrics import evaluate
from recommendations.engine.models import Popularity
from recommendations.engine.readers import read_lightgcn
from recommendations.engine.selection import fit_selected, select
from recsys.lib.commands import Progress, no_progress
from recsys.lib.errors import InvalidInput

__all__ = ["evaluate_data_set"]

STEPS = 3
"""Selecting, fitting, judging."""


def evaluate_data_set(
    *, directory: Path, seed: int, places: int = 20, progress: Progress = no_progress
) -> dict[str, Any]:
    """Fit on `train.txt` of a directory in lightgcn's text format and judge on its `test.txt`.

    Everything is selected inside the training part. Reports the metrics at `places`, those of
    popularity beside them, what was chosen, and seconds. Raises InvalidInput for files that do not
    hold lists of whole numbers, OSError for files that are not there.
    """
    try:
        train, test = read_lightgcn(directory)
    except EngineError as error:
        raise InvalidInput(error.detail, code=error.reason) from error
    started = time.perf_counter()
    selection = select(train, seed)
    selected = time.perf_counter()
    progress(1, STEPS)
    model = fit_selected(train, selection, seed)
    fitted = time.perf_counter()
    progress(2, STEPS)
    found = evaluate(model, train, test, k=places)
    popular = evaluate(Popularity.fit(train), train, test, k=places)
    progress(STEPS, STEPS)
    return {
        "k": places,
        **found.as_dict(),
        "popularity": popular.as_dict(),
        "chosen": selection.recipe().as_dict()["parts"],
        **_sizes(train),
        "selection_seconds": round(selected - started, 2),
        "fit_seconds": round(fitted - selected, 2),
    }


def _sizes(data: Interactions) -> dict[str, int]:
    return {"catalogue": int(data.items.size), "interactions": int(data.matrix.nnz)}
