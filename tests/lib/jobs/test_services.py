from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils import timezone
from django_q.models import OrmQ

from recsys.lib.errors import Conflict, InvalidInput, NotAllowed
from recsys.lib.jobs.claims import claim
from recsys.lib.jobs.models import Heartbeat, Job, JobLock
from recsys.lib.jobs.registry import job as declare
from recsys.lib.jobs.runner import run
from recsys.lib.jobs.services import cancel, enqueue, prune_jobs, retry, run_now, submit
from tests.lib.jobs.samples.jobs import write_row

pytestmark = pytest.mark.django_db


def test_the_message_holds_the_jobs_id_and_nothing_else():
    job = enqueue("write_row", number=7)
    message = OrmQ.objects.get(pk=job.message_id)
    assert (message.key, message.task["func"]) == (job.queue, "recsys.lib.jobs.runner.run")
    assert (message.task["args"], message.task["kwargs"]) == ((job.pk,), {})


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_leaves_no_job_and_no_message_behind():
    with transaction.atomic():
        enqueue("write_row", number=1)
        enqueue("hourly")
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert not OrmQ.objects.exists()
    assert not JobLock.objects.exists()


@pytest.mark.parametrize(
    ("name", "args", "fields"),
    [
        ("no_such_job", {}, None),
        ("write_row", {}, {"number"}),
        ("write_row", {"number": "seven"}, {"number"}),
        ("write_row", {"number": 7, "colour": 1}, {"colour"}),
        ("per_item", {"item_id": {"nested": 1}}, {"item_id"}),
        ("compute_item_similarities", {"meta": ["dc:subject=fox", 1]}, {"meta"}),
    ],
)
def test_a_job_nobody_could_run_is_refused_at_once(name, args, fields):
    with pytest.raises(InvalidInput) as refusal:
        enqueue(name, **args)
    assert (set(refusal.value.fields) if fields else refusal.value.fields) == fields
    assert not Job.objects.exists()


def test_the_same_job_within_its_period_is_the_first_one():
    first, other = enqueue("per_item", item_id=1), enqueue("per_item", item_id=2)
    assert enqueue("per_item", item_id=1) == first
    assert enqueue("per_item", item_id=None) == enqueue("per_item")
    assert other != first
    assert OrmQ.objects.count() == 3


def test_a_period_may_depend_on_the_arguments():
    start = timezone.now()
    for args, minutes in (({"item_id": 1}, 5), ({}, 12 * 60)):
        first, _ = submit(name="per_item", args=args, scheduled_at=start)
        just_before = start + timedelta(minutes=minutes, microseconds=-1)
        at_the_end = start + timedelta(minutes=minutes)
        assert submit(name="per_item", args=args, scheduled_at=just_before) == (first, False)
        assert submit(name="per_item", args=args, scheduled_at=at_the_end)[1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("key", [None, "per_item@2026-01-01T00:00"])
def test_24_concurrent_enqueues_with_one_key_make_one_job(key):
    barrier = Barrier(24)

    def enqueue_at_once(_):
        barrier.wait()
        try:
            name, args = ("write_row", {"number": 1}) if key else ("per_item", {"item_id": 1})
            return submit(name=name, args=args, scheduled_at=timezone.now(), key=key)
        finally:
            connection.close()

    with ThreadPoolExecutor(24) as pool:
        outcomes = list(pool.map(enqueue_at_once, range(24)))
    assert len({job.pk for job, _ in outcomes}) == 1
    assert [is_new for _, is_new in outcomes].count(True) == 1
    assert (Job.objects.count(), OrmQ.objects.count()) == (1, 1)


def test_a_cancelled_job_never_runs(manager):
    job = enqueue("write_row", number=1)
    cancel(job=job, actor=manager)
    run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.CANCELLED, 0)
    assert not OrmQ.objects.exists()


def test_retry_gives_a_discarded_job_all_its_attempts_again(manager):
    job = enqueue("raise_error")
    Job.objects.update(state=Job.State.DISCARDED, attempt=3, error="RuntimeError")
    OrmQ.objects.all().delete()
    retry(job=job, actor=manager)
    assert (job.state, job.attempt, job.error) == (Job.State.AVAILABLE, 0, "")
    assert OrmQ.objects.filter(pk=job.message_id).exists()
    assert claim(job.pk, now=timezone.now())


def test_run_now_does_not_wait_for_the_pause_to_end(manager):
    job = enqueue("raise_error")
    run(job.pk)
    job.refresh_from_db()
    assert claim(job.pk, now=timezone.now()) is None
    run_now(job=job, actor=manager)
    assert OrmQ.objects.get(pk=job.message_id).lock <= timezone.now()
    assert claim(job.pk, now=timezone.now())


def test_steering_a_job_in_the_wrong_state_is_a_conflict_and_changes_nothing(manager):
    waiting, done = enqueue("write_row", number=1), enqueue("write_row", number=2)
    run(done.pk)
    for change, job in ((retry, waiting), (cancel, done), (run_now, done)):
        with pytest.raises(Conflict):
            change(job=job, actor=manager)
    assert set(Job.objects.values_list("state", "attempt")) == {("available", 0), ("completed", 1)}


@pytest.mark.parametrize("change", [retry, cancel, run_now])
def test_a_stranger_may_not_steer_jobs(stranger, change):
    with pytest.raises(NotAllowed):
        change(job=enqueue("write_row", number=1), actor=stranger)


def test_pruning_removes_what_is_over_and_nothing_else(settings):
    now = timezone.now()
    long_ago = now - timedelta(days=settings.JOB_KEEP_DAYS, seconds=1)
    old, recent, waiting = (enqueue("write_row", number=n) for n in range(3))
    for job, finished_at in ((old, long_ago), (recent, now)):
        run(job.pk)
        Job.objects.filter(pk=job.pk).update(finished_at=finished_at)
    Job.objects.filter(pk=waiting.pk).update(scheduled_at=long_ago, due_at=long_ago)
    submit(name="per_item", args={}, scheduled_at=now - timedelta(hours=12))
    submit(name="per_item", args={"item_id": 1}, scheduled_at=now)
    Heartbeat.objects.update_or_create(
        cluster="gone", defaults={"queue": "q", "beat_at": long_ago}
    )
    assert prune_jobs(now=now) == {"jobs": 1, "locks": 1}
    assert not Job.objects.filter(pk=old.pk).exists()
    assert Job.objects.filter(pk__in=[recent.pk, waiting.pk]).count() == 2
    assert not Heartbeat.objects.filter(cluster="gone").exists()


def test_a_declaration_that_cannot_be_kept_stops_the_start():
    for declaration in (
        {"name": "write_row", "queue": "recommendations", "timeout": 1},
        {"name": "new", "queue": "no_such_queue", "timeout": 1},
        {"name": "new", "queue": "recommendations", "timeout": 10**6},
    ):
        with pytest.raises(ImproperlyConfigured):
            declare(**declaration)(write_row)
