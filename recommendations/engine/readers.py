"""Public data sets as they are distributed, read into `Interactions`."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from scipy.sparse import csr_array

from recommendations.engine.errors import EngineError
from recommendations.engine.interactions import Ids, Interactions


def read_lightgcn(directory: Path) -> tuple[Interactions, csr_array]:
    """`train.txt` and `test.txt`, one line per person: their id, then the ids of their items.

    Returns the training part and the test part as a matrix over the same people and items.
    """
    people, items = _lists(directory / "train.txt")
    test_people, test_items = _lists(directory / "test.txt")
    train = Interactions.from_columns(people, items, catalogue=test_items)
    known = np.isin(test_people, train.people)
    rows = np.searchsorted(train.people, test_people[known])
    columns = np.searchsorted(train.items, test_items[known])
    test = csr_array((np.ones(rows.size, np.float32), (rows, columns)), shape=train.matrix.shape)
    return train, test


def read_citeulike(directory: Path, min_items: int = 2) -> Interactions:
    """`users.dat` (per person: a count, then articles) and `item-tag.dat` (per article: tags).

    Tags on fewer than `min_items` articles connect nothing and are left out.
    """
    rows = list(_counted_rows(directory / "users.dat"))
    tags = list(_counted_rows(directory / "item-tag.dat"))
    people = np.repeat(np.arange(len(rows)), [row.size for row in rows])
    data = Interactions.from_columns(people, np.concatenate(rows), catalogue=np.arange(len(tags)))
    tag = np.concatenate(tags)
    item = np.repeat(np.arange(len(tags)), [row.size for row in tags])
    pairs = np.unique(np.stack([tag, item]), axis=1)
    common = np.bincount(pairs[0])[pairs[0]] >= min_items
    names = np.char.add("tag:", pairs[0, common].astype(np.str_))
    return data.with_attributes(names, pairs[1, common])


def _lists(path: Path) -> tuple[Ids, Ids]:
    rows = [_integers(path, number, line) for number, line in _lines(path)]
    rows = [row for row in rows if row.size > 1]
    if not rows:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    people = np.repeat([row[0] for row in rows], [row.size - 1 for row in rows])
    return people, np.concatenate([row[1:] for row in rows])


def _counted_rows(path: Path) -> Iterator[Ids]:
    for number, line in _lines(path):
        row = _integers(path, number, line)
        if row.size and row[0] != row.size - 1:
            raise EngineError("bad_line", f"{path.name}, line {number}: the count is wrong.")
        yield row[1:]


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="ascii") as lines:
        yield from enumerate(lines, start=1)


def _integers(path: Path, number: int, line: str) -> Ids:
    try:
        return np.array(line.split(), dtype=np.int64)
    except (ValueError, OverflowError) as error:
        raise EngineError("bad_line", f"{path.name}, line {number}: not integers.") from error
