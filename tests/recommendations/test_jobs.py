import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from knox.models import AuthToken

from inventory.services import publish_item
from recommendations.models import ItemSimilarity, RecommendedItem, UserInterest
from recsys.lib.jobs.models import Job
from recsys.lib.jobs.runner import run
from recsys.lib.jobs.schedules import all_schedules
from recsys.lib.jobs.services import enqueue
from tests.factories import BidFactory, CategoryFactory, ItemFactory, UserFactory

pytestmark = pytest.mark.django_db


def finished(name, **args):
    job = enqueue(name, **args)
    run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.COMPLETED, job.error
    return job


def test_recommendations_follow_the_interests_of_the_same_hour():
    category = CategoryFactory()
    person = UserFactory(last_sign_in_at=timezone.now())
    BidFactory(bidder=person, item=ItemFactory(category=category))
    ItemFactory(category=category)
    interests = finished("refresh_user_interests")
    assert (interests.result["failed"], interests.done) == (0, interests.total)
    assert UserInterest.objects.filter(user=person).exists()
    following = Job.objects.get(name="generate_recommendations")
    assert following.scheduled_at == interests.scheduled_at
    run(following.pk)
    assert RecommendedItem.objects.filter(user=person).exists()


def test_one_persons_interests_are_followed_by_that_persons_recommendations():
    person = UserFactory()
    finished("refresh_user_interests", user_id=person.pk)
    assert Job.objects.get(name="generate_recommendations").args == {"user_id": person.pk}


def test_similarities_of_one_item_are_stored():
    category = CategoryFactory()
    item, other = ItemFactory(category=category), ItemFactory(category=category)
    finished("compute_item_similarities", item_id=item.pk)
    assert ItemSimilarity.objects.get(source=item).similar == other


def test_popular_items_are_a_job():
    ItemFactory()
    assert finished("generate_popular_items").result["popular"] == 1


def test_prune_removes_expired_tokens():
    person = UserFactory()
    expired, _ = AuthToken.objects.create(person)
    AuthToken.objects.filter(pk=expired.pk).update(expiry=timezone.now())
    valid, _ = AuthToken.objects.create(person)
    assert finished("prune").result["tokens"] == 1
    assert AuthToken.objects.get() == valid


def test_closing_due_auctions_is_a_job():
    ItemFactory(end_at=timezone.now() - timedelta(seconds=1))
    assert finished("close_due_auctions").result["ended"] == 1


@pytest.fixture
def draft(manager):
    return ItemFactory(seller=manager, publication_status="draft", auction_status="pending")


def test_publishing_enqueues_the_items_similarities_once(manager, draft):
    publish_item(actor=manager, item_id=draft.pk)
    publish_item(actor=manager, item_id=draft.pk)
    job = Job.objects.get()
    assert (job.name, job.args) == ("compute_item_similarities", {"item_id": draft.pk})


def test_a_publishing_that_is_rolled_back_enqueues_nothing(manager, draft):
    with transaction.atomic():
        publish_item(actor=manager, item_id=draft.pk)
        transaction.set_rollback(True)
    assert not Job.objects.exists()


@pytest.mark.parametrize(
    ("command", "options", "args"),
    [
        ("refresh_user_interests", ["--user", "7"], {"user_id": 7}),
        ("generate_recommendations", [], {}),
        ("compute_item_similarities", ["--item", "7"], {"item_id": 7}),
        ("generate_popular_items", [], {}),
        ("close_due_auctions", [], {}),
        ("train_model", ["--algorithm", "graphs"], {"algorithm": "graphs"}),
        ("evict_stale_cache", [], {}),
    ],
)
def test_the_commands_leave_their_work_to_the_workers(command, options, args):
    out = StringIO()
    call_command(command, *options, "--enqueue", "--json", stdout=out)
    job = Job.objects.get()
    assert (job.name, job.args, json.loads(out.getvalue())["job"]) == (command, args, job.pk)


def test_what_recommends_is_scheduled_at_the_published_times():
    assert {schedule.job: schedule.cron for schedule in all_schedules()} == {
        "refresh_user_interests": "0 * * * *",
        "generate_popular_items": "10 * * * *",
        "compute_item_similarities": "0 2 * * *",
        "train_model": "0 3 * * *",
        "close_due_auctions": "* * * * *",
        "evict_stale_cache": "20 */6 * * *",
        "measure_cache": "50 * * * *",
        "prune": "40 4 * * *",
    }
