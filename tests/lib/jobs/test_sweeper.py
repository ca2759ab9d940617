from datetime import timedelta

import pytest
from django.utils import timezone
from django_q.models import OrmQ

from recsys.lib.jobs.claims import claim
from recsys.lib.jobs.models import Job
from recsys.lib.jobs.runner import run
from recsys.lib.jobs.services import enqueue
from recsys.lib.jobs.sweeper import abandon, sweep
from tests.lib.jobs.samples import jobs  # noqa: F401 (declares the sample jobs)

pytestmark = pytest.mark.django_db
NOTHING = {"rescued": 0, "resent": 0, "offered_again": 0}


def test_there_is_nothing_to_sweep_while_all_is_well():
    waiting, running = enqueue("write_row", number=1), enqueue("write_row", number=2)
    claim(running.pk, now=timezone.now())
    OrmQ.objects.filter(pk=running.message_id).delete()
    run(enqueue("raise_error").pk)
    assert sweep(now=timezone.now()) == NOTHING
    assert OrmQ.objects.filter(pk=waiting.message_id).exists()


def test_a_job_whose_message_is_gone_is_sent_again_once():
    job = enqueue("write_row", number=1)
    OrmQ.objects.all().delete()
    assert sweep(now=timezone.now()) == NOTHING | {"resent": 1}
    assert sweep(now=timezone.now()) == NOTHING
    job.refresh_from_db()
    assert OrmQ.objects.get().pk == job.message_id


def test_a_retryable_job_is_not_sent_again_before_it_is_due():
    job = enqueue("raise_error")
    run(job.pk)
    OrmQ.objects.all().delete()
    assert sweep(now=timezone.now()) == NOTHING
    assert sweep(now=timezone.now() + timedelta(hours=1)) == NOTHING | {"resent": 1}


def test_a_delivered_message_nobody_took_up_is_offered_to_everybody_again(settings):
    job = enqueue("write_row", number=1)
    now = timezone.now()
    retry = settings.JOB_QUEUES[job.queue]["retry"]
    OrmQ.objects.update(lock=now + timedelta(seconds=retry))  # as django-q2 marks a delivery
    later = now + timedelta(seconds=settings.JOB_DELIVERY_SECONDS)
    assert sweep(now=later) == NOTHING
    later += timedelta(seconds=1)
    assert sweep(now=later) == NOTHING | {"offered_again": 1}
    assert OrmQ.objects.get().lock == later


def test_a_job_whose_lease_is_over_is_tried_again_and_at_last_discarded(settings):
    job = enqueue("write_row", number=1)
    now = timezone.now()
    for attempt in (1, 2, 3):
        assert claim(job.pk, now=now).attempt == attempt
        now += timedelta(seconds=settings.JOB_LEASE_SECONDS)
        assert sweep(now=now) == NOTHING
        now += timedelta(seconds=1)
        assert sweep(now=now) == NOTHING | {"rescued": 1}
        now += timedelta(hours=1)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.DISCARDED, 3)
    assert "died" in job.error


def test_the_jobs_of_a_cluster_known_to_be_dead_need_not_wait(monkeypatch):
    dying, other = enqueue("write_row", number=1), enqueue("write_row", number=2)
    now = timezone.now()
    for cluster, job in (("dead", dying), ("alive", other)):
        monkeypatch.setenv("RECSYS_CLUSTER", cluster)
        claim(job.pk, now=now)
    assert abandon("dead", now=now) == 1
    assert sweep(now=now) == NOTHING | {"rescued": 1}
    assert Job.objects.running(now).get() == other
