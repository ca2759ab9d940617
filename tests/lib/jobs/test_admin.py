import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from recsys.lib.jobs.models import Job
from recsys.lib.jobs.runner import run
from recsys.lib.jobs.services import enqueue
from tests.lib.jobs.samples import jobs  # noqa: F401 (declares the sample jobs)

pytestmark = pytest.mark.django_db
LIST = reverse("admin:jobs_job_changelist")


@pytest.fixture
def operate():
    """The admin as that person sees it, staff or not by `is_staff`."""

    def client(user) -> Client:
        type(user).objects.filter(pk=user.pk).update(is_staff=True)
        browser = Client()
        browser.force_login(type(user).objects.get(pk=user.pk))
        return browser

    return client


def act(browser, action, *chosen, **confirmed):
    ids = [job.pk for job in chosen]
    asked = {"action": action, "_selected_action": ids, **confirmed}
    return browser.post(LIST, asked, follow=True)


def test_the_list_tells_state_attempts_progress_and_error(operate, manager):
    run(enqueue("hourly").pk)
    run(enqueue("raise_error").pk)
    page = operate(manager).get(LIST).content.decode()
    for told in ("3 of 4 (75%)", "Completed", "1 of 3", "RuntimeError: on purpose"):
        assert told in page


def test_a_manager_retries_cancels_and_runs_now(operate, manager):
    failed, waiting, paused = (enqueue("write_row", number=n) for n in range(3))
    Job.objects.filter(pk=failed.pk).update(state=Job.State.DISCARDED)
    browser = operate(manager)
    act(browser, "retry_jobs", failed, confirmed="yes")
    act(browser, "cancel_jobs", waiting, confirmed="yes")
    act(browser, "run_jobs_now", paused, confirmed="yes")
    states = dict(Job.objects.values_list("pk", "state"))
    assert [states[job.pk] for job in (failed, waiting, paused)] == [
        "available", "cancelled", "available",
    ]  # fmt: skip


def test_an_action_that_cannot_be_done_says_why_and_does_the_rest(operate, manager):
    done, waiting = enqueue("write_row", number=1), enqueue("write_row", number=2)
    run(done.pk)
    page = act(operate(manager), "cancel_jobs", done, waiting, confirmed="yes").content.decode()
    assert "The job is completed." in page
    assert "Cancelled: 1." in page


def test_an_action_asks_first_and_leaves_a_line_in_the_history_once_it_acted(operate, manager):
    job = enqueue("write_row", number=1)
    browser = operate(manager)
    page = act(browser, "cancel_jobs", job).content.decode()
    assert "Cancel them?" in page
    assert str(job) in page
    assert Job.objects.get().state == Job.State.AVAILABLE
    assert not LogEntry.objects.exists()
    act(browser, "cancel_jobs", job, confirmed="yes")
    line = LogEntry.objects.get()
    assert (line.user, line.object_id, line.change_message) == (manager, str(job.pk), "Cancelled")


def test_more_than_five_hundred_rows_at_once_are_refused(operate, manager, monkeypatch):
    monkeypatch.setattr("recsys.lib.console.actions.MOST_ROWS", 1)
    waiting = [enqueue("write_row", number=n) for n in range(2)]
    page = act(operate(manager), "cancel_jobs", *waiting, confirmed="yes").content.decode()
    assert "Choose 1 at most." in page
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.AVAILABLE}


def test_staff_who_do_not_manage_recommendations_see_no_jobs(operate, stranger):
    job = enqueue("write_row", number=1)
    browser = operate(stranger)
    assert browser.get(LIST).status_code == 403
    assert act(browser, "cancel_jobs", job, confirmed="yes").status_code == 403
    assert Job.objects.get().state == Job.State.AVAILABLE


def test_the_librarys_own_admins_are_not_registered():
    assert not [model for model in admin.site._registry if model._meta.app_label == "django_q"]
