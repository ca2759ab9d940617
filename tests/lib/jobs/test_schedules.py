from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone
from django_q.models import OrmQ
from django_q.models import Schedule as ScheduleRow
from django_q.scheduler import scheduler

from recsys.lib.errors import InvalidInput
from recsys.lib.jobs.models import Job
from recsys.lib.jobs.schedules import Schedule, all_schedules, sync_schedules, tick
from recsys.lib.jobs.services import enqueue
from tests.lib.jobs.samples import jobs  # noqa: F401 (declares the sample jobs)
from tests.races import at_once

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOURLY = Schedule("hourly", "0 * * * *")


def deliver_ticks():
    """Do what the workers do with the messages of the scheduler."""
    for message in OrmQ.objects.all():
        if message.task["func"].endswith("tick"):
            tick(*message.task["args"], **message.task["kwargs"])
            message.delete()


def test_syncing_twice_changes_nothing():
    wanted = [HOURLY, Schedule("per_item", "0 2 * * *")]
    assert sync_schedules(wanted, now=NOON)["created"] == 2
    before = list(ScheduleRow.objects.order_by("name").values())
    assert sync_schedules(wanted, now=NOON + timedelta(hours=1)) == {
        "created": 0, "updated": 0, "removed": 0,
    }  # fmt: skip
    assert list(ScheduleRow.objects.order_by("name").values()) == before
    assert [row["cluster"] for row in before] == ["recommendations", "recommendations_slow"]
    assert [row["next_run"].hour for row in before] == [13, 2]


def test_syncing_removes_what_is_gone_and_follows_a_changed_line():
    sync_schedules([HOURLY, Schedule("per_item", "0 2 * * *")], now=NOON)
    report = sync_schedules([Schedule("hourly", "30 * * * *")], now=NOON)
    assert report == {"created": 0, "updated": 1, "removed": 1}
    assert ScheduleRow.objects.get().next_run == NOON + timedelta(minutes=30)


@pytest.mark.parametrize(
    "wrong", [Schedule("hourly", "every hour"), Schedule("no_such_job", "0 * * * *")]
)
def test_a_wrong_schedule_fails_loudly_and_changes_nothing(wrong):
    sync_schedules([HOURLY], now=NOON)
    with pytest.raises(InvalidInput):
        sync_schedules([Schedule("per_item", "0 2 * * *"), wrong], now=NOON)
    assert ScheduleRow.objects.get().name == "hourly"


def test_a_schedule_for_a_queue_nobody_serves_fails_loudly(settings):
    settings.JOB_QUEUES = {"recommendations": settings.JOB_QUEUES["recommendations"]}
    with pytest.raises(InvalidInput, match="no queue called recommendations_slow"):
        sync_schedules([HOURLY, Schedule("per_item", "0 2 * * *")], now=NOON)
    assert not ScheduleRow.objects.exists()


def test_every_schedule_of_the_product_can_be_kept():
    report = sync_schedules(all_schedules(), now=NOON)
    assert report["created"] == len(all_schedules()) == ScheduleRow.objects.count()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["hourly", "raise_error"])
def test_three_clusters_at_once_over_a_tick_make_one_job(name):
    for hour in range(1, 6):
        intended = (NOON + timedelta(hours=hour)).isoformat()
        assert at_once([partial(tick, name, intended=intended)] * 3, threads=3) == [None] * 3
        assert Job.objects.filter(name=name).count() == OrmQ.objects.count() == hour


@pytest.mark.django_db(transaction=True)
def test_workers_down_for_five_hours_then_make_one_hourly_run():
    sync_schedules([HOURLY], now=timezone.now() - timedelta(hours=5))
    assert ScheduleRow.objects.get().next_run < timezone.now() - timedelta(hours=3)
    for _ in range(3):
        scheduler()
        deliver_ticks()
    assert Job.objects.filter(name="hourly").count() == 1
    assert ScheduleRow.objects.get().next_run > timezone.now()


def test_a_tick_within_the_period_of_a_run_by_hand_is_that_run():
    by_hand = enqueue("hourly")
    tick("hourly", intended=(timezone.now() + timedelta(minutes=30)).isoformat())
    assert Job.objects.get() == by_hand
