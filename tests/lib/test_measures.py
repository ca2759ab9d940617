"""What Prometheus reads, and who may."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.cache import caches
from django.db import connection
from prometheus_client.parser import text_string_to_metric_families

from recommendations import cache
from recommendations.cache import Entry, Key
from recommendations.data import Family
from recommendations.models import TrainedModel
from recsys.lib import measures
from recsys.lib.jobs.models import Heartbeat, Job
from recsys.lib.jobs.runner import run
from recsys.lib.jobs.services import enqueue
from recsys.lib.measures import page
from tests.factories import ItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    page.forget()


def figures(client, **headers):
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 200, response.content
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(response.content.decode())
        for sample in family.samples
    }


def test_jobs_are_counted_by_queue_and_state_and_the_oldest_waiting_is_told(client, now):
    for due_at in (now - timedelta(minutes=5), now - timedelta(minutes=1)):
        Job.objects.create(
            name="prune", queue="recommendations", max_attempts=3, timeout=60, due_at=due_at
        )
    Heartbeat.objects.create(
        cluster="one", queue="recommendations", beat_at=now - timedelta(seconds=30)
    )
    told, passed = figures(client), (datetime.now(UTC) - now).total_seconds()
    assert told["recsys_jobs", "recommendations", "available"] == 2
    oldest = "recsys_jobs_oldest_waiting_seconds"
    assert 300 <= told[oldest, "recommendations"] <= 300 + passed
    assert told[oldest, "recommendations_slow"] == 0
    beat = told["recsys_workers_heartbeat_age_seconds", "recommendations"]
    assert 30 <= beat <= 30 + passed


def test_look_ups_live_items_and_the_model_in_use_are_told(client, now):
    ItemFactory()
    ItemFactory(is_hidden=True)
    TrainedModel.objects.create(
        version="v7", algorithm="blend", size=1, trained_at=now, promoted_at=now
    )
    before = figures(client).get(("recsys_cache_lookups_last_day", "home", "fresh"), 0)
    cache.store(Family.HOME, {7: Entry((), now)})
    cache.lookup([Key(Family.HOME, 7)], now=now)
    page.forget()
    told = figures(client)
    assert told["recsys_cache_lookups_last_day", "home", "fresh"] == before + 1
    assert told["recsys_items_live",] == 1
    assert (
        told["recsys_model_info", "blend", "v7"] == 1 or told["recsys_model_info", "v7", "blend"]
    )
    assert told["recsys_measures_failed",] == 0


def test_entries_and_bytes_of_the_cache_are_those_the_job_counted(client, now):
    assert ("recsys_cache_entries", "home") not in figures(client)
    cache.store(Family.SIMILAR, {ItemFactory().pk: Entry((), now)})
    run(enqueue("measure_cache").pk)
    page.forget()
    told = figures(client)
    assert (told["recsys_cache_entries", "similar"], told["recsys_cache_entries", "home"]) == (
        1,
        0,
    )
    assert told["recsys_cache_bytes", "similar"] > 0


ASKING = """
import django
django.setup()
from django.test import Client
from recommendations.cache import flush_counts
for _ in range(5):
    client = Client(SERVER_NAME="localhost")
    assert client.get("/api/v1/recommendations/popular/").status_code == 200
flush_counts()
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_what_two_processes_looked_up_is_summed(client, now):
    cache.flush_counts()
    caches["recommendations"].clear()
    cache.store(Family.POPULAR, {None: Entry((), now)})
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.lib.jobs.worker_settings",
        "TEST_DATABASE": str(connection.settings_dict["NAME"]),
    }
    command = [sys.executable, "-c", ASKING]
    two = [subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment) for _ in range(2)]
    assert [process.wait() for process in two] == [0, 0]
    assert figures(client)["recsys_cache_lookups_last_day", "popular", "fresh"] == 10
    caches["recommendations"].clear()


def test_a_second_scrape_within_seconds_asks_nothing(
    client, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr(measures, "time", SimpleNamespace(monotonic=lambda: 1.0))
    figures(client)
    with django_assert_num_queries(0):
        figures(client)


def test_what_cannot_be_measured_hides_nothing_else(client, monkeypatch):
    def broken(_now):
        raise ZeroDivisionError

    monkeypatch.setattr("recommendations.measures.live_items", broken)
    told = figures(client)
    assert told["recsys_measures_failed",] == 1
    assert ("recsys_jobs_oldest_waiting_seconds", "recommendations") in told


@pytest.mark.parametrize("brought", ["", "Bearer wrong", "Token secret", "secret"])
def test_with_a_token_set_only_its_bearer_is_told(client, settings, brought):
    settings.METRICS_TOKEN = "secret"
    refused = client.get("/metrics", headers={"Authorization": brought})
    assert refused.status_code == 401
    assert b"recsys_" not in refused.content
    assert figures(client, authorization="Bearer secret")
