import pytest

from recsys.lib.jobs.models import Job
from recsys.lib.jobs.runner import run
from recsys.lib.jobs.services import enqueue
from tests.lib.jobs.samples import jobs  # noqa: F401 (declares the sample jobs)

pytestmark = pytest.mark.django_db
JOBS = "/api/v1/ops/jobs/"


def test_a_manager_enqueues_a_job_and_reads_how_it_went(api, manager):
    created = api(manager).post(JOBS, {"name": "write_row", "args": {"number": 7}})
    assert created.status_code == 201
    run(created.json()["id"])
    seen = api(manager).get(f"{JOBS}{created.json()['id']}/").json()
    assert (seen["state"], seen["attempt"], seen["result"]) == ("completed", 1, {"rows": 1})
    assert seen["duration"] >= 0


def test_the_same_job_within_its_period_answers_200_with_the_first(api, manager):
    first = api(manager).post(JOBS, {"name": "hourly"})
    again = api(manager).post(JOBS, {"name": "hourly"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "no_such_job"},
        {"name": "write_row", "args": {"number": "seven"}},
        {"name": "write_row", "args": [7]},
        {"name": "os.system", "args": {"command": "true"}},
    ],
)
def test_a_job_nobody_could_run_answers_400(api, manager, body):
    assert api(manager).post(JOBS, body).status_code == 400
    assert not Job.objects.exists()


def test_jobs_are_listed_newest_first_and_filtered_by_state(api, manager):
    first, second = enqueue("write_row", number=1), enqueue("write_row", number=2)
    run(first.pk)
    listed = api(manager).get(JOBS).json()["results"]
    assert [job["id"] for job in listed] == [second.pk, first.pk]
    done = api(manager).get(JOBS, {"state": "completed"}).json()["results"]
    assert [job["id"] for job in done] == [first.pk]


def test_a_manager_cancels_and_retries(api, manager):
    job = enqueue("write_row", number=1)
    cancelled = api(manager).post(f"{JOBS}{job.pk}/cancel/")
    assert (cancelled.status_code, cancelled.json()["state"]) == (200, "cancelled")
    assert api(manager).post(f"{JOBS}{job.pk}/cancel/").status_code == 409
    retried = api(manager).post(f"{JOBS}{job.pk}/retry/")
    assert (retried.status_code, retried.json()["state"]) == (200, "available")


@pytest.mark.parametrize(
    ("method", "path", "stranger_gets"),
    [
        ("get", "", 200),
        ("post", "", 403),
        ("get", "{id}/", 404),
        ("post", "{id}/cancel/", 404),
        ("post", "{id}/retry/", 404),
    ],
)
def test_others_see_no_job_and_change_none(api, stranger, method, path, stranger_gets):
    job = enqueue("write_row", number=1)
    url = JOBS + path.format(id=job.pk)
    body = {"name": "write_row", "args": {"number": 2}}
    assert getattr(api(), method)(url, body).status_code == 401
    answer = getattr(api(stranger), method)(url, body)
    assert answer.status_code == stranger_gets
    assert stranger_gets != 200 or answer.json()["results"] == []
    assert list(Job.objects.values_list("state", flat=True)) == ["available"]
