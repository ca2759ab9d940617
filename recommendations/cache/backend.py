from django.core.cache import caches
from django.core.cache.backends.base import BaseCache


def backend() -> BaseCache:
    return caches["recommendations"]
