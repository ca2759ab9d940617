"""A cache that is away: what it raises, and how to go on without it."""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from recsys.lib.errors import Unavailable

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


@contextmanager
def refusing_without_it(detail: str, *, retry_after: int | None = None) -> Iterator[None]:
    """For what cannot be done without the cache: Unavailable where it is away."""
    try:
        yield
    except cache_errors() as error:
        raise Unavailable(detail, code="cache_unavailable", retry_after=retry_after) from error
