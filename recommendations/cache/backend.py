from django.core.cache import caches
from django.core.cache.backends.base import BaseCache
from django.db import DatabaseError
from redis.exceptions import RedisError

CACHE_ERRORS = (RedisError, DatabaseError, OSError)
"""What a cache backend raises when its server, table or network is away."""


def backend() -> BaseCache:
    return caches["recommendations"]
