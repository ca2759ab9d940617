"""The recommendation cache, on every backend it may run on."""

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from recommendations import cache
from recommendations.cache import Entry, Freshness, Key, memory
from recommendations.cache.entries import REASONS, decode, encode
from recommendations.data import Drawn, Family, Ranked, Reason
from tests.redis_server import serve_redis

HOME = Key(Family.HOME, 7)
LIST = (Ranked(3, 0.85, Reason.TRENDING), Ranked(2**40, 1 / 3, Reason.FOR_YOU))


@pytest.fixture(scope="session")
def redis_socket():
    """A Redis of this test process's own, on a Unix socket."""
    folder = Path(tempfile.mkdtemp(prefix="recsys-redis-"))
    socket = folder / "redis.sock"
    server = serve_redis(socket)
    yield socket
    server.kill()
    server.wait()
    shutil.rmtree(folder)


@pytest.fixture(params=["table", "redis", "memory"])
def any_backend(request, db):
    backends = {
        "table": {"BACKEND": "recsys.lib.tablecache.backend.TableCache"},
        "memory": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    }
    if request.param == "redis":
        backends["redis"] = {
            "BACKEND": "recsys.lib.rediscache.RedisCache",
            "LOCATION": f"unix://{request.getfixturevalue('redis_socket')}",
        }
    chosen = backends[request.param] | {"TIMEOUT": None}
    with override_settings(CACHES={"default": chosen, "recommendations": chosen}):
        caches["recommendations"].clear()
        yield
        caches["recommendations"].clear()
        caches.close_all()


@pytest.mark.usefixtures("any_backend")
class TestOnEveryBackend:
    def test_what_was_stored_is_found(self, now):
        cache.store(Family.HOME, {7: Entry(LIST, now, "v1")})
        hit = cache.lookup([HOME], now=now)[HOME]
        assert hit.freshness is Freshness.FRESH
        assert hit.entry.stored_at == now
        assert hit.entry.model == "v1"
        assert [place.item_id for place in hit.entry.ranked] == [3, 2**40]
        assert [place.score for place in hit.entry.ranked] == [0.85, 0.333333]

    def test_an_entry_turns_stale_at_24_hours_and_is_still_there(self, now):
        cache.store(Family.HOME, {7: Entry(LIST, now)})
        almost = now + timedelta(hours=24, microseconds=-1)
        assert cache.lookup([HOME], now=almost)[HOME].freshness is Freshness.FRESH
        hit = cache.lookup([HOME], now=now + timedelta(hours=24))[HOME]
        assert hit.freshness is Freshness.STALE
        assert hit.entry.ranked

    def test_a_caller_may_want_it_fresher(self, now):
        cache.store(Family.HOME, {7: Entry(LIST, now - timedelta(minutes=10))})
        hit = cache.lookup([HOME], now=now, max_age=timedelta(minutes=5))[HOME]
        assert hit.freshness is Freshness.STALE

    def test_what_was_dropped_is_missing_and_its_neighbours_stay(self, now):
        cache.store(Family.HOME, {7: Entry(LIST, now), 8: Entry(LIST, now)})
        cache.drop([HOME])
        other = Key(Family.HOME, 8)
        hits = cache.lookup([HOME, other], now=now)
        assert hits[HOME].freshness is Freshness.MISSING
        assert hits[other].freshness is Freshness.FRESH

    def test_eviction_takes_what_is_older_and_nothing_else(self, now):
        old = Entry(LIST, now - timedelta(hours=25))
        cache.store(Family.SIMILAR, dict.fromkeys(range(5), old))
        cache.store(Family.SIMILAR, dict.fromkeys(range(3, 8), Entry(LIST, now)))
        keys = [Key(Family.SIMILAR, n) for n in range(2000)]
        assert cache.evict_older(keys, now - timedelta(hours=24)) == 3
        assert cache.family_statistics(Family.SIMILAR, keys).entries == 5

    def test_eviction_takes_what_is_no_entry(self, now):
        caches["recommendations"].set_many({"home:1": b"R1 of old", "home:2": b"R3", "home:3": 4})
        assert cache.evict_older([Key(Family.HOME, n) for n in range(9)], now) == 3

    def test_of_many_who_ask_for_a_refresh_one_gets_to_do_it(self):
        assert [cache.claim_refresh(HOME) for _ in range(3)] == [True, False, False]
        cache.release_refresh(HOME)
        assert cache.claim_refresh(HOME)

    def test_look_ups_are_counted_by_outcome(self, now):
        cache.flush_counts()
        caches["recommendations"].clear()
        cache.store(Family.HOME, {7: Entry(LIST, now)})
        cache.lookup([HOME], now=now)
        cache.lookup([HOME], now=now)
        cache.lookup([HOME], now=now + timedelta(days=2))
        cache.lookup([Key(Family.HOME, 99)], now=now)
        statistics = cache.family_statistics(Family.HOME, [HOME])
        assert (statistics.hits, statistics.stale_hits, statistics.misses) == (2, 1, 1)
        assert statistics.hit_rate == 0.75
        assert statistics.bytes > 0

    def test_bytes_that_are_no_entry_are_a_miss(self, now):
        caches["recommendations"].set(str(HOME), b"R3 damaged")
        assert cache.lookup([HOME], now=now)[HOME].freshness is Freshness.MISSING

    def test_what_is_everybodys_is_asked_for_once_and_what_is_a_persons_each_time(self, now):
        popular, similar = Key(Family.POPULAR), Key(Family.SIMILAR, 3)
        for key in (HOME, popular, similar):
            cache.store(key.family, {key.id: Entry(LIST, now)})
        cache.lookup([HOME, popular, similar], now=now)
        caches["recommendations"].delete_many(map(str, (HOME, popular, similar)))
        hits = cache.lookup([HOME, popular, similar], now=now)
        assert [hits[key].freshness for key in (HOME, popular, similar)] == [
            Freshness.MISSING,
            Freshness.FRESH,
            Freshness.FRESH,
        ]

    def test_what_others_stored_is_seen_a_second_later(self, now, monkeypatch):
        popular = Key(Family.POPULAR)
        cache.store(Family.POPULAR, {None: Entry(LIST, now)})
        cache.lookup([popular], now=now)
        newer = encode(Entry(LIST[:1], now + timedelta(seconds=1)))
        caches["recommendations"].set(str(popular), newer)
        assert len(cache.lookup([popular], now=now)[popular].entry.ranked) == 2
        monkeypatch.setattr(memory.time, "monotonic", lambda: 1.0)
        assert len(cache.lookup([popular], now=now)[popular].entry.ranked) == 1

    def test_what_this_process_changes_it_sees_at_once(self, now):
        popular = Key(Family.POPULAR)
        for length in (2, 1):
            cache.store(Family.POPULAR, {None: Entry(LIST[:length], now)})
            assert len(cache.lookup([popular], now=now)[popular].entry.ranked) == length
        cache.outdate([Family.POPULAR], now)
        assert cache.lookup([popular], now=now)[popular].freshness is Freshness.STALE
        assert cache.clear([popular]) == 1
        assert cache.lookup([popular], now=now)[popular].freshness is Freshness.MISSING

    def test_a_list_somebody_else_computed_meanwhile_is_found_at_once(self, now):
        popular = Key(Family.POPULAR)
        assert cache.lookup([popular], now=now)[popular].freshness is Freshness.MISSING
        caches["recommendations"].set(str(popular), encode(Entry(LIST, now)))
        assert cache.lookup([popular], now=now)[popular].freshness is Freshness.FRESH

    def test_switched_off_it_keeps_and_finds_nothing(self, now, settings):
        settings.RECSYS_CACHE_ENABLED = False
        cache.store(Family.HOME, {7: Entry(LIST, now)})
        settings.RECSYS_CACHE_ENABLED = True
        assert cache.lookup([HOME], now=now)[HOME].freshness is Freshness.MISSING


def test_a_cache_server_that_is_away_has_nothing_and_raises_nothing(now):
    away = {
        "BACKEND": "recsys.lib.rediscache.RedisCache",
        "LOCATION": "unix:///nowhere/redis.sock",
    }
    with override_settings(CACHES={"default": away, "recommendations": away}):
        cache.store(Family.HOME, {7: Entry(LIST, now)})
        cache.drop([HOME])
        assert cache.lookup([HOME], now=now)[HOME].freshness is Freshness.MISSING
        assert not cache.claim_refresh(HOME)
        cache.flush_counts()
        caches.close_all()


@pytest.mark.django_db
def test_two_families_are_read_in_one_statement(now, django_assert_num_queries):
    with django_assert_num_queries(1):
        cache.lookup([HOME, Key(Family.POPULAR)], now=now)


places = st.builds(
    Ranked,
    item_id=st.integers(1, 2**32) | st.integers(1, 2**63 - 1),
    score=st.floats(0, 1).map(lambda score: round(score, 6)),
    reason=st.sampled_from(REASONS),
    drawn=st.none() | st.builds(Drawn, st.floats(0, 1), st.integers(1, 2**32 - 1)),
)


@given(st.lists(places, max_size=100), st.datetimes(timezones=st.just(UTC)), st.text(max_size=30))
def test_any_list_survives_being_stored(ranked, stored_at, model):
    entry = decode(encode(Entry(tuple(ranked), stored_at, model)))
    assert list(entry.ranked) == ranked
    assert entry.model == model
    assert abs(entry.stored_at - stored_at) < timedelta(milliseconds=1)


@given(st.binary(max_size=200))
def test_no_bytes_make_decoding_fail(noise):
    decode(noise)
    decode(b"R3" + noise)


def test_two_hundred_thousand_similar_lists_stay_under_a_hundred_megabytes():
    twenty = tuple(Ranked(200_000 - n, 0.8, Reason.FOR_YOU) for n in range(20))
    entry = encode(Entry(twenty, datetime.now(UTC), "2026-11-22-1"))
    assert 200_000 * (len(entry) + len("similar:200000")) < 100e6
