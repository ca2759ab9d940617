"""A stale list is served at once; one refresh of it is queued, however many people see it."""

import logging

from django.db import DatabaseError

from recommendations import cache
from recommendations.cache import Key
from recsys.lib.jobs.services import enqueue

logger = logging.getLogger(__name__)


def queue_refresh(key: Key) -> None:
    """Have a worker refresh the list, unless somebody asked for that within five minutes.

    The claim in the cache spares all callers but one a write; the job is unique besides, so that
    processes that do not share a cache agree. A queue that cannot be written delays the refresh.
    """
    if not cache.claim_refresh(key):
        return
    try:
        enqueue("refresh_list", family=key.family.value, list_id=key.id or 0)
    except DatabaseError:
        logger.exception("the refresh of %s could not be queued", key)
