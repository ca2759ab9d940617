import sys

from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.db import DatabaseError


def cache_errors() -> tuple[type[Exception], ...]:
    """What a cache backend raises when its server, table or network is away.

    Redis's own errors only once it is in use: importing it would slow every process's start.
    """
    redis = sys.modules.get("redis.exceptions")
    return (DatabaseError, OSError, *((redis.RedisError,) if redis else ()))


def backend() -> BaseCache:
    return caches["recommendations"]
