from io import StringIO

import orjson
import pytest
from django.core.management import CommandError, call_command

from inventory.services import set_item_metadata
from recommendations.models import ItemSimilarity, RecommendedItem, UserInterest
from recsys.lib.jobs.models import Job
from tests.factories import ItemFactory, WatchlistItemFactory

pytestmark = pytest.mark.django_db


def report(*arguments):
    out = StringIO()
    call_command(*arguments, "--json", stdout=out)
    return orjson.loads(out.getvalue())


@pytest.fixture
def marketplace():
    """Somebody watches one of two like things."""
    watch = WatchlistItemFactory()
    ItemFactory(category=watch.item.category)
    return watch


def test_the_four_commands_take_a_person_from_a_watch_to_a_list(marketplace):
    assert report("refresh_user_interests")["interests"] == 1
    assert report("compute_item_similarities", "--no-pause")["similarities"] == 2
    assert report("generate_popular_items")["popular"] == 2
    assert report("generate_recommendations")["recommended"] == 1
    assert RecommendedItem.objects.get().user == marketplace.user


def test_one_person_and_one_item_may_be_named(marketplace):
    person, item = str(marketplace.user.pk), str(marketplace.item.pk)
    assert report("refresh_user_interests", "--user", person)["people"] == 1
    assert report("generate_recommendations", "--user", person)["people"] == 1
    assert report("compute_item_similarities", "--item", item)["items"] == 1
    assert UserInterest.objects.get().user == marketplace.user
    assert ItemSimilarity.objects.get().source == marketplace.item


def test_similarities_are_recomputed_for_what_the_metadata_says(marketplace):
    fox, other = marketplace.item, ItemFactory(category=marketplace.item.category)
    for item, subject in ((fox, "fox"), (other, "owl")):
        document = {"@context": {"dc": "http://purl.org/dc/elements/1.1/"}, "dc:subject": subject}
        set_item_metadata(item_id=item.pk, document=document)
    assert report("compute_item_similarities", "--no-pause")["items"] == 3
    ItemSimilarity.objects.filter(source=fox).delete()
    kept = set(ItemSimilarity.objects.values_list("pk", flat=True))
    asked = ["--meta", "dc:subject~f", "--meta", "dc:subject!=owl"]
    assert report("compute_item_similarities", "--no-pause", *asked)["items"] == 1
    made = ItemSimilarity.objects.exclude(pk__in=kept)
    assert {row.source for row in made} == {fox}
    queued = report("compute_item_similarities", "--enqueue", *asked)
    assert Job.objects.get(pk=queued["job"]).args == {"meta": ["dc:subject~f", "dc:subject!=owl"]}
    assert ItemSimilarity.objects.filter(pk__in=kept).count() == len(kept) == 4


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["refresh_user_interests", "--user", "404"], "There is no user 404."),
        (["generate_recommendations", "--user", "404"], "There is no user 404."),
        (["compute_item_similarities", "--item", "404"], "There is no item 404."),
        (["compute_item_similarities", "--meta", "fox"], "“fox” is no expression"),
        (["compute_item_similarities", "--meta", "dc:x=1", "--item", "1"], "not allowed with"),
        (["compute_item_similarities", "--pause", "-1"], "argument --pause: invalid"),
        (["compute_item_similarities", "--pause", "soon"], "argument --pause: invalid"),
        (["compute_item_similarities", "--pause", "1", "--no-pause"], "not allowed with"),
        (["generate_recommendations", "--user", "9" * 30], "There is no user"),
    ],
)
def test_a_wrong_argument_is_one_line_and_status_1(arguments, message):
    with pytest.raises(CommandError, match=message) as refusal:
        call_command(*arguments)
    assert "\n" not in str(refusal.value)
    assert refusal.value.returncode == 1


@pytest.mark.parametrize(("action", "job"), [("stats", "measure_cache"), ("warm", "warm_cache")])
def test_the_cache_is_measured_and_filled_by_jobs_too(action, job):
    call_command("recsys_cache", action, "--enqueue")
    assert [each.name for each in Job.objects.all()] == [job]


def test_clearing_the_cache_is_done_at_once_and_never_left_to_a_job():
    with pytest.raises(CommandError, match="at once"):
        call_command("recsys_cache", "clear", "--enqueue")
    assert not Job.objects.exists()
