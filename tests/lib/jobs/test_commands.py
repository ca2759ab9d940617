import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django_q.models import OrmQ

from recsys.lib.commands import ReportingCommand
from recsys.lib.errors import NotFound
from recsys.lib.jobs.models import Job
from recsys.lib.jobs.services import enqueue
from tests.lib.jobs.samples import jobs  # noqa: F401 (declares the sample jobs)

pytestmark = pytest.mark.django_db


class Similarities(ReportingCommand):
    """A command as the product has them: an option, and one line for the job."""

    job = "per_item"

    def add_arguments(self, parser):
        super().add_arguments(parser)
        parser.add_argument("--item", dest="item_id", type=int)

    def work(self, progress, **options):
        return {"computed": 1}


def reported(command, *args):
    out = StringIO()
    call_command(command, *args, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_enqueue_leaves_the_work_to_the_workers():
    report = reported(Similarities(), "--item", "7", "--enqueue")
    job = Job.objects.get()
    assert report == {"job": job.pk, "state": "available"}
    assert (job.name, job.args) == ("per_item", {"item_id": 7})


def test_without_enqueue_the_command_does_the_work_itself_and_that_is_on_record():
    assert reported(Similarities(), "--item", "7") == {"computed": 1}
    job = Job.objects.get()
    assert (job.name, job.args, job.result) == ("per_item", {"item_id": 7}, {"computed": 1})
    assert (job.state, job.cluster) == (Job.State.COMPLETED, "by hand")
    assert job.started_at <= job.finished_at
    assert not OrmQ.objects.exists()


def test_what_a_command_could_not_do_is_not_on_record_as_done():
    class Refused(Similarities):
        def work(self, progress, **options):
            raise NotFound

    with pytest.raises(CommandError):
        call_command(Refused())
    assert not Job.objects.exists()


def test_a_command_without_a_job_has_no_enqueue():
    with pytest.raises((CommandError, TypeError)):
        call_command("sweep_jobs", "--enqueue")


def test_sweep_jobs_reports_what_it_put_right():
    enqueue("write_row", number=1)
    OrmQ.objects.all().delete()
    assert reported("sweep_jobs") == {"rescued": 0, "resent": 1, "offered_again": 0}


def test_sync_schedules_is_idempotent():
    reported("sync_schedules")
    assert reported("sync_schedules") == {"created": 0, "updated": 0, "removed": 0}
