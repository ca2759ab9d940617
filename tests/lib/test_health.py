from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from recsys.lib.jobs.claims import claim
from recsys.lib.jobs.models import Heartbeat, Job
from recsys.lib.jobs.services import enqueue
from tests.lib.jobs.samples import jobs  # noqa: F401 (declares the sample jobs)

pytestmark = pytest.mark.usefixtures("time_stands_still")


def beat(queue, ago=0):
    beat_at = timezone.now() - timedelta(seconds=ago)
    Heartbeat.objects.create(cluster=f"host:{queue}", queue=queue, beat_at=beat_at)


def test_livez_asks_nothing(client, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert client.get("/livez").status_code == 200


@pytest.mark.django_db
def test_ready_when_database_cache_and_every_queue_answer(client, settings):
    for queue in settings.JOB_QUEUES:
        beat(queue)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert {"database", "cache", "workers"} <= set(answer.json()["checks"])


@pytest.mark.django_db
def test_silent_workers_are_named_but_the_site_stays_in_rotation(client, settings):
    beat("recommendations")
    beat("recommendations_slow", ago=settings.JOB_SILENCE_SECONDS + 1)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["checks"]["workers"] == "No worker serves recommendations_slow."


@pytest.mark.django_db
def test_a_long_job_is_a_sign_of_life(client, settings):
    beat("recommendations")
    claim(enqueue("count_up", total=1).pk, now=timezone.now())
    assert client.get("/readyz").json()["checks"]["workers"] == "ok"


@pytest.mark.django_db
def test_not_ready_without_a_cache_that_remembers(client, settings):
    forgetful = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}
    settings.CACHES = settings.CACHES | {"default": forgetful}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (503, "unavailable")


@pytest.mark.django_db
def test_not_ready_without_a_database_and_nothing_is_given_away(client):
    def refuse(execute, sql, params, many, context):
        raise OperationalError("password authentication failed for user admin")

    with connection.execute_wrapper(refuse):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"] == "It does not answer."
    assert b"password" not in answer.content


@pytest.mark.django_db
def test_a_finished_job_is_no_sign_of_life(client):
    Job.objects.create(
        name="write_row", queue="recommendations", max_attempts=3, timeout=1, state="completed"
    )
    assert "recommendations" in client.get("/readyz").json()["checks"]["workers"]
