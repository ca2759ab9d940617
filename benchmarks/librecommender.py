"""LibRecommender's part of `benchmarks.engine_peers`, run as a file by an interpreter that has it.

    python -P benchmarks/librecommender.py TRAIN_TXT OUT_NPZ

Fits ItemCF and ALS on a train.txt in lightgcn's format; writes everybody's 20 items per model and
prints one JSON object: per model the fit's wall and CPU seconds.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ |= {"CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}

import numpy as np
import pandas as pd
from libreco.algorithms import ALS, ItemCF
from libreco.data import DatasetPure

MODELS = {
    "LibRecommender ItemCF": lambda info: ItemCF("ranking", info, num_threads=2),
    "LibRecommender ALS, 64 factors": lambda info: ALS(
        "ranking", info, embed_size=64, reg=0.1, n_threads=2
    ),
    "LibRecommender ALS, settings of implicit's": lambda info: ALS(
        "ranking", info, embed_size=128, reg=50.0, alpha=3, n_epochs=15, n_threads=2
    ),
}


def main(train_txt: Path, out: Path) -> None:
    rows = [np.array(line.split(), np.int64) for line in train_txt.open()]
    people = np.repeat([row[0] for row in rows], [row.size - 1 for row in rows])
    frame = pd.DataFrame({"user": people, "item": np.concatenate([row[1:] for row in rows])})
    train, info = DatasetPure.build_trainset(frame.assign(label=1.0))
    everybody = np.unique(people)
    lists, told = {"people": everybody}, {}
    for name, make in MODELS.items():
        model = make(info)
        wall, cpu = time.perf_counter(), time.process_time()
        model.fit(train, neg_sampling=True, verbose=0)
        told[name] = [time.perf_counter() - wall, time.process_time() - cpu]
        found = model.recommend_user(everybody.tolist(), n_rec=20)
        lists[name] = np.stack([found[person] for person in everybody])
    np.savez(out, **lists)
    print(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
