"""Workers that are killed, stopped, starved and cut off, and what becomes of the jobs."""

import os
import signal
from collections import Counter

import psutil
import pytest
from django.db import connection

from inventory.models import Category
from recsys.lib.jobs.models import Job
from recsys.lib.jobs.services import enqueue
from tests.lib.jobs.harness import Workers, eventually
from tests.lib.jobs.samples import jobs  # noqa: F401 (declares the sample jobs)

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def workers(tmp_path):
    """`workers()` starts them on this test's database; they end with the test."""
    started = []

    def start(**environment) -> Workers:
        database = str(connection.settings_dict["NAME"])
        started.append(Workers(tmp_path, TEST_DATABASE=database, **environment).start())
        eventually(started[-1].is_idle)
        return started[-1]

    yield start
    for one in started:
        one.end()


def rows(numbers, **args):
    return [enqueue("write_row", number=number, **args) for number in numbers]


def completed() -> int:
    return Job.objects.filter(state=Job.State.COMPLETED).count()


def test_a_job_whose_worker_is_killed_runs_again_and_takes_effect_once(workers):
    at_work = workers()
    (job,) = rows([1], seconds=5)
    eventually(at_work.notes)
    os.kill(at_work.notes()[0][1], signal.SIGKILL)
    eventually(lambda: completed() == 1)
    job.refresh_from_db()
    assert job.attempt == 2
    assert at_work.counts() == {"start 1": 2, "end 1": 1}
    assert Category.objects.filter(slug="row-1").count() == 1


@pytest.mark.parametrize("victim", ["idle worker", "sentinel", "main process"])
def test_everything_enqueued_after_a_kill_completes(workers, victim):
    at_work = workers()
    process = {
        "idle worker": lambda: at_work.pool()[0],
        "sentinel": at_work.sentinel,
        "main process": at_work.cluster,
    }[victim]()
    process.kill()
    rows(range(12), seconds=1)
    eventually(lambda: completed() == 12, seconds=90)
    assert at_work.most_at_once() <= 4


def test_jobs_that_raise_exit_or_hang_run_three_times_while_others_proceed(workers):
    at_work = workers()
    failing = [enqueue(name) for name in ("raise_error", "exit_process", "hang")]
    rows(range(8))
    eventually(lambda: completed() == 8)
    eventually(lambda: Job.objects.filter(state=Job.State.DISCARDED).count() == 3, seconds=120)
    for job in failing:
        job.refresh_from_db()
        assert job.attempt == 3
        assert job.error
    counts = at_work.counts()
    assert [counts[what] for what in ("raised", "exited", "hung")] == [3, 3, 3]


def test_100_three_second_jobs_on_10_workers_make_exactly_100_runs(workers):
    at_work = workers(RECOMMENDATIONS_WORKERS="10")
    rows(range(100), seconds=3)
    eventually(lambda: completed() == 100, seconds=180)
    assert at_work.counts() == Counter(
        {f"{what} {number}": 1 for what in ("start", "end") for number in range(100)}
    )
    assert at_work.most_at_once() <= 10


def test_sigterm_lets_running_jobs_finish_and_exits_with_0(workers):
    at_work = workers()
    rows(range(4), seconds=4)
    eventually(lambda: len(at_work.notes()) == 4)
    processes = at_work.tree()
    assert at_work.terminate_and_wait() == 0
    assert at_work.counts() == {f"{what} {n}": 1 for what in ("start", "end") for n in range(4)}
    assert completed() == 4
    assert not psutil.wait_procs(processes, timeout=10)[1]


def test_sigterm_to_every_process_ends_them_all_and_loses_no_job(workers):
    at_work = workers(JOB_STOP_SECONDS="10")
    rows(range(4), seconds=4)
    eventually(lambda: len(at_work.notes()) == 4)
    processes = at_work.tree()
    for process in processes:
        process.send_signal(signal.SIGTERM)
    assert not psutil.wait_procs(processes, timeout=60)[1]
    again = workers()
    eventually(lambda: completed() == 4)
    assert Category.objects.filter(slug__startswith="row-").count() == 4
    assert again.terminate_and_wait() == 0


def test_a_killed_supervisor_takes_its_clusters_with_it(workers):
    at_work = workers()
    processes = at_work.tree()
    at_work.main.kill()
    assert not psutil.wait_procs(processes, timeout=60)[1]


def test_jobs_queued_under_an_older_secret_key_complete(workers):
    rows(range(50))
    at_work = workers(SECRET_KEY="another key altogether, as after a leak of the first")
    eventually(lambda: completed() == 50)
    assert at_work.counts() == Counter(
        {f"{what} {number}": 1 for what in ("start", "end") for number in range(50)}
    )
