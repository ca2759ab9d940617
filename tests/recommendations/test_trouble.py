"""What readers notice when something behind the lists goes wrong: nothing."""

import shutil
import tempfile
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from recommendations import cache
from recommendations.cache import Entry, Freshness, Key, memory
from recommendations.data import FORMULAS, Family, Ranked, Reason
from recommendations.services import placements
from recommendations.services.keeper import ModelKeeper
from recommendations.services.lists import refresh_list
from recommendations.serving import Request, home_list, popular_list
from recsys.lib.jobs.models import Job
from recsys.lib.jobs.runner import run
from tests.factories import ItemFactory, UserFactory
from tests.races import at_once
from tests.redis_server import serve_redis

CALLERS, THREADS = 100, 10
MANY_THREADS = 90  # PostgreSQL lets a hundred in
CLAIMED = "COMPUTATION_CLAIM_SECONDS"
POPULAR = "/api/v1/recommendations/popular/"


@pytest.fixture
def stale_list(now):
    """A person and the item on their list, which is older than a day."""
    person, item = UserFactory(), ItemFactory()
    cache.store(
        Family.HOME,
        {person.pk: Entry((Ranked(item.pk, 0.9, Reason.FOR_YOU),), now - timedelta(hours=25))},
    )
    yield person, item
    caches["recommendations"].clear()


@pytest.mark.django_db(transaction=True)
def test_a_hundred_who_find_it_stale_all_get_it_and_queue_one_refresh(
    stale_list, now, monkeypatch
):
    def must_not_run(*args, **kwargs):
        raise AssertionError("somebody waited for the refresh")

    monkeypatch.setattr("recommendations.serving.stages.refresh_list", must_not_run)
    person, item = stale_list
    answers = at_once([lambda: home_list(Request(now, 1, person.pk))] * CALLERS, THREADS)
    assert [answer.places[0].candidate.item_id for answer in answers] == [item.pk] * CALLERS
    assert all(answer.stale for answer in answers)
    assert Job.objects.filter(name="refresh_list").count() == 1


@pytest.fixture
def computations(monkeypatch):
    """The keys that were computed, each time one was."""
    computed = []

    def noted(*, key, now):
        computed.append(key)
        return refresh_list(key=key, now=now)

    monkeypatch.setattr("recommendations.serving.stages.refresh_list", noted)
    return computed


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_who_miss_a_list_at_once_one_computes_it(computations, now, monkeypatch):
    # However slow this is.
    monkeypatch.setattr("recommendations.serving.stages.LOOKS", 50_000)
    monkeypatch.setattr(import_module("recommendations.cache.store"), CLAIMED, 3600)
    person, item = UserFactory(), ItemFactory()
    asked = Request(now, 1, person.pk)
    answers = at_once([lambda: home_list(asked)] * CALLERS, threads=MANY_THREADS)
    assert [answer.places[0].candidate.item_id for answer in answers] == [item.pk] * CALLERS
    assert sorted(map(str, computations)) == [f"home:{person.pk}", "popular"]
    caches["recommendations"].clear()


@pytest.mark.django_db
def test_a_list_claimed_by_a_process_that_died_is_computed_all_the_same(
    computations, now, monkeypatch
):
    monkeypatch.setattr("recommendations.serving.stages.LOOKS", 2)
    item = ItemFactory()
    assert cache.claim_computation(Key(Family.POPULAR))
    assert popular_list(Request(now, 1)).places[0].candidate.item_id == item.pk
    assert computations == [Key(Family.POPULAR)]


@pytest.mark.django_db(transaction=True)
def test_a_refresh_that_fails_is_tried_again_and_the_stale_list_stays(
    stale_list, now, monkeypatch
):
    def broken(*args, **kwargs):
        raise ZeroDivisionError

    monkeypatch.setattr("recommendations.services.lists.compute_user_interests", broken)
    person, item = stale_list
    home_list(Request(now, 1, person.pk))
    job = Job.objects.get(name="refresh_list")
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.RETRYABLE, 1)
    assert job.due_at > now
    answer = home_list(Request(now, 1, person.pk))
    assert (answer.places[0].candidate.item_id, answer.stale) == (item.pk, True)
    monkeypatch.undo()
    Job.objects.update(due_at=now)
    run(job.pk)
    key = Key(Family.HOME, person.pk)
    assert cache.lookup([key], now=now)[key].freshness is Freshness.FRESH


@pytest.mark.django_db(transaction=True)
def test_without_its_cache_table_every_list_comes_from_the_database(api):
    item, *_ = ItemFactory.create_batch(3)
    caller = api(UserFactory())
    addresses = [POPULAR, "/api/v1/recommendations/", f"/api/v1/items/{item.pk}/similar/"]

    def answers():
        memory.forget_all()
        return [shown(caller, address) for address in addresses]

    kept = answers()
    table, away = "tablecache_cacheentry", "tablecache_elsewhere"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {away}")
        try:
            assert answers() == kept
        finally:
            cursor.execute(f"ALTER TABLE {away} RENAME TO {table}")
    assert answers() == kept
    caches["recommendations"].clear()


@pytest.mark.django_db
def test_without_the_files_of_its_model_the_site_serves_formulas_until_they_are_back(
    version, person, api, settings, monkeypatch
):
    def list_of(somebody):
        return api(somebody).get("/api/v1/recommendations/").json()

    settings.RECSYS_CACHE_ENABLED = True
    models = settings.RECSYS_MODELS_DIR
    away = models.rename(models.with_name("away"))
    restarted = ModelKeeper()
    monkeypatch.setattr(placements, "keeper", restarted)
    for somebody in (UserFactory(), person):
        assert list_of(somebody)["model"] == FORMULAS
        restarted.reader.join()
    assert version in api().get("/readyz").json()["checks"]["model"]
    away.rename(models)
    monkeypatch.setattr("recommendations.services.keeper.REFUSED_SECONDS", 0)
    for _ in range(2):
        list_of(UserFactory())
        restarted.reader.join()
    assert api().get("/readyz").json()["checks"]["model"] == "ok"
    assert list_of(person)["stale"]
    refresh_list(key=Key(Family.HOME, person.pk), now=timezone.now())
    assert list_of(person)["model"] == version


@pytest.mark.django_db
def test_a_cache_server_that_stops_makes_readiness_fail_and_no_answer(client):
    item = ItemFactory()
    folder = Path(tempfile.mkdtemp(prefix="recsys-redis-"))
    socket = folder / "redis.sock"
    redis = {
        "BACKEND": "recsys.lib.rediscache.RedisCache",
        "LOCATION": f"unix://{socket}",
    }
    server = serve_redis(socket)
    try:
        with override_settings(CACHES={"default": redis, "recommendations": redis}):
            assert shown(client) == [item.pk]
            server.kill()
            server.wait()
            socket.unlink(missing_ok=True)
            assert shown(client) == [item.pk]
            assert client.get("/readyz").json()["checks"]["cache"] != "ok"
            server = serve_redis(socket)
            assert shown(client) == [item.pk]
            assert client.get("/readyz").json()["checks"]["cache"] == "ok"
            assert caches["recommendations"].get("popular") is not None
            caches.close_all()
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder)


def shown(client: Client, address: str = POPULAR):
    response = client.get(address)
    assert response.status_code == 200
    return [place["item"]["id"] for place in response.json()["results"]]
