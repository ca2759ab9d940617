import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import OrmQ
from hypothesis import given
from hypothesis import strategies as st

from inventory.models import Category
from recsys.lib.jobs import runner
from recsys.lib.jobs.claims import claim, claim_waiting
from recsys.lib.jobs.logs import JobFilter
from recsys.lib.jobs.models import Job
from recsys.lib.jobs.pulse import LeaseLost, Pulse
from recsys.lib.jobs.runner import backoff, complete, fail, run
from recsys.lib.jobs.services import cancel, enqueue, submit
from tests.lib.jobs.harness import eventually, patience
from tests.lib.jobs.samples import jobs  # noqa: F401 (declares the sample jobs)
from tests.races import at_once

pytestmark = pytest.mark.django_db


def test_a_job_runs_once_and_keeps_its_result():
    job = enqueue("write_row", number=7)
    run(job.pk)
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.result) == (Job.State.COMPLETED, 1, {"rows": 1})
    assert job.finished_at >= job.started_at
    assert Category.objects.get(slug="row-7")


def test_a_job_that_raises_runs_exactly_three_times_and_is_then_discarded():
    job = enqueue("raise_error")
    for attempt in range(1, 6):
        run(job.pk)
        job.refresh_from_db()
        assert job.attempt == min(attempt, 3)
        Job.objects.filter(pk=job.pk, state=Job.State.RETRYABLE).update(due_at=timezone.now())
    assert job.state == Job.State.DISCARDED
    assert "RuntimeError: on purpose" in job.error


def test_a_failed_attempt_sends_a_message_that_comes_when_the_pause_is_over():
    job = enqueue("raise_error")
    run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.RETRYABLE
    assert OrmQ.objects.get(pk=job.message_id).lock == job.due_at > timezone.now()


@given(attempt=st.integers(1, 20))
def test_pauses_double_and_are_jittered_by_up_to_half(attempt):
    longest = runner.settings.JOB_BACKOFF_SECONDS * 2 ** (attempt - 1)
    assert longest / 2 <= backoff(attempt) <= longest


def test_only_one_claim_wins_and_only_once_the_lease_is_over_another(settings):
    job, now = enqueue("write_row", number=1), timezone.now()
    assert claim(job.pk, now=now).attempt == 1
    assert claim(job.pk, now=now) is None
    lease = timedelta(seconds=settings.JOB_LEASE_SECONDS)
    assert claim(job.pk, now=now + lease) is None
    assert claim(job.pk, now=now + lease + timedelta(microseconds=1)).attempt == 2


def test_a_worker_goes_on_with_what_waits_in_its_queue_and_takes_the_messages_back(settings):
    settings.JOB_SPREE_SECONDS = 3600
    first, failing, second = (
        enqueue("write_row", number=1), enqueue("raise_error"), enqueue("write_row", number=2),
    )  # fmt: skip
    other_queue, due_later = enqueue("count_up", total=1), enqueue("write_row", number=3)
    later = timezone.now() + timedelta(hours=1)
    Job.objects.filter(pk=due_later.pk).update(due_at=later)
    run(first.pk)
    states = dict(Job.objects.values_list("pk", "state"))
    assert states == {
        first.pk: "completed", failing.pk: "retryable", second.pk: "completed",
        other_queue.pk: "available", due_later.pk: "available",
    }  # fmt: skip
    failing.refresh_from_db()
    messages = {job.message_id for job in (first, failing, other_queue, due_later)}
    assert set(OrmQ.objects.values_list("pk", flat=True)) == messages


def test_a_message_whose_job_is_gone_serves_the_one_that_has_waited_longest(settings):
    settings.JOB_SPREE_SECONDS = 3600
    done, waiting = enqueue("write_row", number=1), enqueue("write_row", number=2)
    Job.objects.filter(pk=done.pk).update(state=Job.State.COMPLETED)
    run(done.pk)
    waiting.refresh_from_db()
    assert waiting.state == Job.State.COMPLETED


def test_nobody_goes_on_with_a_job_that_may_take_longer_than_the_one_announced():
    quick, long = enqueue("write_row", number=1), enqueue("write_row", number=2)
    Job.objects.filter(pk=long.pk).update(timeout=long.timeout + 1)
    claim(quick.pk, now=timezone.now())
    with transaction.atomic():
        assert claim_waiting(like=quick.pk, now=timezone.now()) is None
        assert claim_waiting(like=long.pk, now=timezone.now()).pk == long.pk


@pytest.mark.django_db(transaction=True)
def test_many_workers_that_go_on_at_once_share_what_waits():
    ids = [enqueue("write_row", number=number).pk for number in range(40)]

    @transaction.atomic
    def go_on():
        return claim_waiting(like=ids[0], now=timezone.now())

    claimed = at_once([go_on] * 48, threads=8)
    assert sorted(job.pk for job in claimed if job) == ids
    assert set(Job.objects.values_list("attempt", flat=True)) == {1}
    assert not OrmQ.objects.exists()


def test_an_attempt_that_lost_its_lease_changes_nothing_when_it_ends(settings):
    job, now = enqueue("write_row", number=1), timezone.now()
    stale = claim(job.pk, now=now)
    latest = claim(job.pk, now=now + timedelta(seconds=settings.JOB_LEASE_SECONDS + 1))
    assert not complete(stale, {}, Pulse(stale), now=now)
    assert not fail(stale, "late", now=now)
    assert complete(latest, {"rows": 1}, Pulse(latest), now=now)


@pytest.mark.django_db(transaction=True)
def test_the_pulse_renews_the_lease_and_writes_progress_that_others_see(settings):
    settings.JOB_LEASE_SECONDS = 0.6
    job = claim(enqueue("count_up", total=10).pk, now=timezone.now())

    def is_renewed():
        job.refresh_from_db()
        return job.lease_until > at_first and (job.done, job.total) == (3, 10)

    at_first = job.lease_until
    with Pulse(job) as progress:
        progress(3, 10)
        eventually(is_renewed)
    assert claim(job.pk, now=at_first) is None


@pytest.mark.django_db(transaction=True)
def test_a_hung_job_that_cannot_be_interrupted_loses_its_lease_at_its_timeout(settings):
    settings.JOB_LEASE_SECONDS = 0.3
    job = claim(enqueue("hang").pk, now=timezone.now())
    job.timeout = 1
    with Pulse(job):
        time.sleep(job.timeout)
        eventually(lambda: list(Job.objects.abandoned(timezone.now())) == [job])


@pytest.mark.django_db(transaction=True)
def test_cancelling_a_running_job_stops_it_when_it_next_reports(settings, manager):
    settings.JOB_LEASE_SECONDS = 0.6
    job = enqueue("count_up", total=600)

    def work():
        run(job.pk)
        connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    eventually(lambda: Job.objects.get(pk=job.pk).done > 0)
    cancel(job=job, actor=manager)
    worker.join(timeout=patience(20))
    assert not worker.is_alive()
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert job.done < 600


def test_reporting_after_the_lease_is_lost_raises():
    pulse = Pulse(claim(enqueue("count_up", total=1).pk, now=timezone.now()))
    pulse.is_lost = True
    with pytest.raises(LeaseLost):
        pulse(1, 1)


def test_a_success_enqueues_what_follows_for_the_same_hour():
    start = timezone.now().replace(minute=0, second=0, microsecond=0)
    for hour in range(3):
        job, is_new = submit(
            name="hourly",
            args={},
            scheduled_at=start + timedelta(hours=hour),
            key=f"hourly@{hour}",
        )
        assert is_new
        run(job.pk)
    assert Job.objects.filter(name="after_hourly").count() == 3


def test_a_failure_enqueues_nothing_that_follows():
    job = claim(enqueue("hourly").pk, now=timezone.now())
    fail(job, RuntimeError("no"), now=timezone.now())
    assert not Job.objects.filter(name="after_hourly").exists()


def test_a_job_whose_code_is_gone_is_discarded_and_visible():
    job = enqueue("write_row", number=1)
    Job.objects.update(name="removed", max_attempts=1)
    run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DISCARDED
    assert "There is no job called removed" in job.error


def test_every_line_logged_in_a_job_carries_its_id(caplog):
    job = enqueue("raise_error")
    caplog.handler.addFilter(JobFilter())
    run(job.pk)
    lines = [record.job for record in caplog.records if record.name == "recsys.lib.jobs.runner"]
    assert lines == [f" job={job.pk} name=raise_error attempt=1"] * 2


def test_rate_and_estimate_follow_from_progress():
    now = timezone.now()
    job = Job(
        state=Job.State.EXECUTING, started_at=now - timedelta(seconds=10), done=50, total=200
    )
    assert job.rate(now) == 5
    assert job.remaining(now) == timedelta(seconds=30)
    assert Job().rate(now) is None
