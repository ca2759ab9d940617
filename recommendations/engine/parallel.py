"""Blocks of rows on all cores, with BLAS kept to one thread per worker.

The kernels release the GIL, so threads suffice and the matrices are shared. Without the limit
OpenBLAS would start its own threads inside each worker, and two cores would fight over four.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from threadpoolctl import threadpool_limits

T = TypeVar("T")


def blocks(total: int, size: int) -> Iterator[tuple[int, int]]:
    """(start, stop) of consecutive blocks that cover `range(total)`."""
    return ((start, min(start + size, total)) for start in range(0, total, size))


def map_blocks(work: Callable[[int, int], T], total: int, size: int) -> list[T]:
    """`work(start, stop)` for every block, in parallel; results in order."""
    with threadpool_limits(1), ThreadPoolExecutor(cores()) as pool:
        return list(pool.map(lambda block: work(*block), blocks(total, size)))


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))
