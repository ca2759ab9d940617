"""A cache that is away: what it raises, and how to go on without it."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

logger = logging.getLogger(__name__)


def cache_errors() -> tuple[type[Exception], ...]:
    """What a cache backend raises when its server, table or network is away.

    Redis's own errors only once it is in use: importing it would slow every process's start.
    """
    redis = sys.modules.get("redis.exceptions")
    return (DatabaseError, OSError, *((redis.RedisError,) if redis else ()))


@contextmanager
def going_on_without_it() -> Iterator[None]:
    """Leave the block where the cache is away; it is logged, and nobody else is told."""
    try:
        yield
    except cache_errors() as error:
        logger.warning("the cache is away: %s", error)
