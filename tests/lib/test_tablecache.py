import threading
import time

import pytest
from django.core.cache import caches
from django.core.cache.backends.base import InvalidCacheBackendError, InvalidCacheKey
from django.db import connection

from recsys.lib.tablecache.backend import TableCache
from recsys.lib.tablecache.models import CacheEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def cache():
    return TableCache("", {"TIMEOUT": None})


@pytest.mark.parametrize("value", [0, -7, b"", b"i12", b"\x00\xff", "text", None, [1.5], True])
def test_a_value_comes_back_as_it_was(cache, value):
    cache.set("key", value)
    assert cache.get("key", "missing") == value
    assert type(cache.get("key")) is type(value)


def test_thousands_of_keys_are_read_and_written_a_thousand_a_statement(
    cache, django_assert_num_queries
):
    data = {f"key-{n}": n for n in range(2500)}
    cache.set_many(data)
    with django_assert_num_queries(3):
        assert cache.get_many([*data, "absent"]) == data
    cache.delete_many(data)
    assert CacheEntry.objects.count() == 0


def test_any_text_is_a_key(cache):
    data = {key: key for key in ('"', "\\", ",", "{}", "a b", "\n", "NULL", "é", "", "x" * 200)}
    cache.set_many(data)
    assert cache.get_many(data) == data
    cache.delete_many(data)
    assert cache.get_many(data) == {}


def test_a_key_longer_than_its_column_is_refused(cache):
    with pytest.raises(InvalidCacheKey):
        cache.set("x" * 251, 1)


def test_writing_again_replaces(cache):
    cache.set_many({"key": b"old", "other": b"kept"})
    cache.set("key", b"new")
    assert cache.get_many(["key", "other"]) == {"key": b"new", "other": b"kept"}


def test_what_has_expired_is_not_read_and_is_culled(cache):
    cache.set("brief", 1, timeout=0)
    cache.set("lasting", 2, timeout=60)
    assert cache.get_many(["brief", "lasting"]) == {"lasting": 2}
    assert cache.cull() == 1
    assert CacheEntry.objects.count() == 1


def test_touch_gives_more_time_only_to_what_is_there(cache):
    cache.set("key", 1, timeout=60)
    assert cache.touch("key", timeout=None)
    assert CacheEntry.objects.get().expires_at is None
    assert not cache.touch("absent")


def test_add_stores_only_where_nothing_valid_is(cache):
    assert cache.add("key", 1)
    assert not cache.add("key", 2)
    cache.set("key", 3, timeout=0)
    assert cache.add("key", 4, timeout=60)
    assert cache.get("key") == 4


def test_incr_refuses_a_missing_key(cache):
    with pytest.raises(ValueError, match="not found"):
        cache.incr("absent")


def test_clear_leaves_other_prefixes_alone(cache):
    neighbour = TableCache("", {"KEY_PREFIX": "neighbour"})
    cache.set("key", 1)
    neighbour.set("key", 2)
    neighbour.clear()
    assert (cache.get("key"), neighbour.get("key")) == (1, None)


def test_both_aliases_of_the_settings_use_it():
    try:
        assert isinstance(caches["recommendations"], TableCache)
    except InvalidCacheBackendError:
        pytest.fail("the tablecache scheme is not known to the settings")


def in_threads(number, work):
    def run():
        try:
            work()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_of_many_that_add_at_once_one_succeeds(cache):
    won = []
    in_threads(8, lambda: won.append(cache.add("key", time.time())))
    assert won.count(True) == 1


@pytest.mark.django_db(transaction=True)
def test_no_concurrent_increment_is_lost(cache):
    cache.set("count", 0)
    in_threads(8, lambda: [cache.incr("count") for _ in range(25)])
    assert cache.get("count") == 200
