"""Lists by the model in use: same-second reaction, live state, reasons, fallbacks, versions."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.urls import reverse

from bidding.models import Bid
from inventory.models import Item
from recommendations import cache
from recommendations.cache import Key
from recommendations.data import FORMULAS, Family, Reason
from recommendations.engine.histories import History
from recommendations.engine.terms import TERMS
from recommendations.jobs import refresh_one_list
from recommendations.models import Event, ItemSimilarity, RecommendedItem
from recommendations.services import (
    compute_item_similarities,
    generate_recommendations,
    lists,
    model_in_use,
    mute_category,
    placements,
    promote_model,
    read_model_ahead,
    refresh_list,
    rollback_model,
)
from recommendations.services.goods import Goods
from recommendations.services.homes import homes_by_model, homes_of
from recommendations.services.keeper import ModelKeeper
from recommendations.services.kinship import similar_begun, similar_by_model
from recommendations.services.tastes import People
from recommendations.services.training import train_model
from recommendations.serving import (
    Request,
    explain,
    home_list,
    list_for_items,
    places_made_of,
    similar_list,
)
from recsys.lib.jobs.models import Job, JobLock
from recsys.lib.progress import no_progress
from tests.factories import ItemFactory, UserFactory, WatchlistItemFactory
from tests.project.test_console import signed_in

pytestmark = pytest.mark.django_db


def home(person, now, limit=20):
    return home_list(Request(now, limit, person.pk))


def test_a_person_s_list_comes_from_the_model_with_reasons_from_what_they_did(
    version, person, now
):
    answer = home(person, now)
    assert answer.model == version
    reasons = {place.candidate.reason for place in answer.places}
    assert reasons & {Reason.LIKE_YOUR_BIDS, Reason.LIKE_YOUR_WATCHES, Reason.LIKE_YOUR_LOOKS}
    ids = [place.candidate.item_id for place in answer.places]
    assert len(set(ids)) == len(ids) > 5
    assert Item.objects.live(now).filter(pk__in=ids).exclude(seller=person).count() == len(ids)


def test_what_somebody_did_a_moment_ago_counts_at_the_next_request(version, now):
    newcomer = UserFactory()
    assert home(newcomer, now).model == FORMULAS
    seen = similar_list(Item.objects.live(now).first().pk, Request(now, 5), actor=newcomer)
    lot = Item.objects.live(now).exclude(category=None).first()
    WatchlistItemFactory(user=newcomer, item=lot)
    answer = home(newcomer, now)
    assert answer.model == version
    assert answer.places[0].candidate.reason == Reason.LIKE_YOUR_WATCHES
    assert lot.pk not in {place.candidate.item_id for place in answer.places}
    assert seen.model == version


def test_what_ended_is_gone_from_every_list_at_once(version, person, now):
    first = home(person, now).places[0].candidate.item_id
    Item.objects.filter(pk=first).update(end_at=now, auction_status="active")
    assert first not in {place.candidate.item_id for place in home(person, now).places}


def test_a_hidden_item_and_a_muted_category_are_not_recommended(version, person, now):
    first = home(person, now).places[0].candidate.item_id
    Event.objects.create(user=person, item_id=first, kind="hide", event_id="h", occurred_at=now)
    personal = [p for p in home(person, now).places if p.candidate.source == "personal"]
    assert first not in {place.candidate.item_id for place in personal}
    category = next(p.row["category_id"] for p in personal if p.row["category_id"])
    mute_category(actor=person, category_id=category)
    again = [p for p in home(person, now).places if p.candidate.source == "personal"]
    assert again
    assert category not in {place.row["category_id"] for place in again}


def test_an_item_published_after_the_fit_has_neighbours_and_is_somebody_s_neighbour(
    version, person, now
):
    old = Item.objects.live(now).exclude(category=None).first()
    new = ItemFactory(category=old.category, title=old.title, seller=old.seller)
    answer = similar_list(new.pk, Request(now, 10), actor=person)
    assert answer.model == version
    assert old.pk in {place.candidate.item_id for place in answer.places}
    of_old = similar_list(old.pk, Request(now, 20), actor=person)
    assert new.pk in {place.candidate.item_id for place in of_old.places}


def for_items(items, now, user=None, limit=20):
    answer = list_for_items([item.pk for item in items], Request(now, limit, user))
    return answer, {place.candidate.item_id: place.candidate for place in answer.places}


def test_a_set_of_items_is_answered_as_if_somebody_had_done_them_all(version, keeper, now):
    items = list(Item.objects.live(now).exclude(category=None)[:3])
    answer, places = for_items(items, now)
    assert answer.model == version
    graph = keeper.held(wait=True).graph(now)
    best = graph.top_items(History.of([item.pk for item in items]), 200)
    live = set(Item.objects.live(now).values_list("pk", flat=True))
    wanted = [pk for pk in best.items.tolist() if pk in live][: len(answer.places)]
    similar = [item for item, place in places.items() if place.source == "similar"]
    assert similar == wanted[: len(similar)]
    assert similar
    reasons = {places[item].reason for item in similar}
    assert reasons <= {"same_category", "goes_together"}
    assert not {item.pk for item in items} & set(places)


def test_a_set_s_list_reacts_to_its_newest_item_and_passes_over_what_does_not_exist(version, now):
    old = Item.objects.live(now).exclude(category=None).first()
    new = ItemFactory(category=old.category, title=old.title, seller=old.seller)
    _, places = for_items([new, Item(pk=987654321)], now)
    assert old.pk in places


def test_nobody_is_shown_in_a_set_s_list_what_they_hold_already(version, person, now):
    items = list(Item.objects.live(now)[:3])
    _, anybodys = for_items(items, now)
    first = next(iter(anybodys))
    WatchlistItemFactory(user=person, item_id=first)
    assert first not in for_items(items, now, user=person.pk)[1]


def test_a_set_the_model_says_nothing_of_is_answered_by_the_formulas(version, now, settings):
    lot = ItemFactory(title="Zzyzx")
    assert for_items([lot], now)[0].model == FORMULAS
    settings.RECSYS_PLACEMENTS = {"home": "model", "similar": "formulas"}
    assert for_items(Item.objects.live(now)[:3], now)[0].model == FORMULAS


def test_why_says_what_of_the_person_s_own_speaks_for_it_and_the_terms_sum_to_the_score(
    version, person, now
):
    request = Request(now, 20, person.pk)
    place = home_list(request).places[0]
    told = explain(place.candidate.item_id, request, actor=person)
    assert told.recommended
    assert told.parts is None
    assert sum(told.terms.values()) == pytest.approx(told.score, abs=1e-5)
    assert told.because
    own = {each.item for each in told.because}
    touched = {
        *Bid.objects.filter(bidder=person).values_list("item", flat=True),
        *person.watchlist.values_list("item", flat=True),
        *person.events.values_list("item", flat=True),
        *Item.objects.filter(bag_entries__bag__owner=person).values_list("pk", flat=True),
    }
    assert own <= touched
    assert sum(each.share for each in told.because) <= 1 + 1e-5


def test_why_says_which_attributes_speak_for_it(version, person, now):
    liked = Bid.objects.filter(bidder=person).latest("id").item
    alike = ItemFactory(title="Xyzzy", category=liked.category, seller=UserFactory())
    told = explain(alike.pk, Request(now, 100, person.pk), actor=None)
    assert [(each.said, each.value) for each in told.attributes] == [
        ("category", liked.category.name)
    ]
    assert told.attributes[0].share == 1


def own_scores(answer):
    places = (each.candidate for each in answer.places if each.candidate.source == "personal")
    return {place.item_id: place.score for place in places}


def test_every_place_of_the_person_s_own_is_told_in_terms_that_sum_to_the_score_it_has(
    version, person, now, settings
):
    settings.RECSYS_CACHE_ENABLED = True
    home(person, now)
    later = home(person, now + timedelta(hours=5))
    made_of = places_made_of(later, later.places, person.pk)
    assert {item: sum(each.amounts.values()) for item, each in made_of.items()} == pytest.approx(
        own_scores(later), abs=1e-5
    )
    assert set(made_of[later.places[0].candidate.item_id].amounts) == set(TERMS)


def test_the_console_shows_the_model_s_terms_beside_its_scores(version, person, client, manager):
    page = signed_in(client, manager).get(reverse("admin:accounts_user_change", args=[person.pk]))
    heads = re.findall(r"<th[^>]*>([^<]+)</th>", page.content.decode())
    assert [name.capitalize() for name in TERMS] == heads[-len(TERMS) :]


def test_what_was_looked_at_is_told_to_be_known_not_to_score_too_low(version, person, now):
    first = home(person, now).places[0].candidate.item_id
    Event.objects.create(user=person, item_id=first, kind="view", event_id="v", occurred_at=now)
    told = explain(first, Request(now, 20, person.pk), actor=None)
    assert (told.recommended, told.gate) == (False, "known")


def test_what_the_model_has_no_score_for_is_not_explained_by_the_formula(version, person, now):
    stranger_to_it = ItemFactory(category=None, seller=UserFactory())
    told = explain(stranger_to_it.pk, Request(now, 1, person.pk), actor=None)
    assert (told.gate, told.parts, told.terms) == ("outranked", None, None)


def test_the_setting_of_a_place_chooses_the_formulas(version, person, now, settings):
    settings.RECSYS_PLACEMENTS = {"home": "formulas", "similar": "model"}
    assert home(person, now).model == FORMULAS
    item = Item.objects.live(now).first()
    assert similar_list(item.pk, Request(now, 5), actor=person).model == version


def test_jobs_store_the_model_s_lists_as_rows(version, person, now):
    assert generate_recommendations(now=now, user_id=person.pk)["recommended"]
    rows = RecommendedItem.objects.filter(user=person)
    assert set(rows.values_list("reason", flat=True)) <= {
        reason for reason in Reason.values if reason.startswith("like_your")
    }
    item = Item.objects.live(now).first()
    compute_item_similarities(now=now, item_id=item.pk)
    stored = ItemSimilarity.objects.filter(source=item)
    assert set(stored.values_list("reason", flat=True)) <= {"same_category", "goes_together"}
    assert max(stored.values_list("score", flat=True)) <= 1


def test_once_people_and_items_are_read_their_lists_ask_the_database_nothing(
    version, keeper, person, now, django_assert_num_queries
):
    held, goods = keeper.held(wait=True), Goods.all(now)
    people = People.read([person.pk], held, now)
    item_ids = list(Item.objects.values_list("pk", flat=True)[:5])
    making = similar_begun(item_ids, held, now=now, goods=goods)
    with django_assert_num_queries(0):
        homes, similar = homes_of(people, goods), making()
    assert homes == homes_by_model([person.pk], held, now=now)
    assert homes[person.pk]
    assert similar == similar_by_model(item_ids, held, now=now)


@pytest.fixture
def may_read(monkeypatch):
    """`may_read()`: whoever reads a model aside from now on waits until its answer is set."""
    event, read = threading.Event(), ModelKeeper._read

    def wait_and_read(keeper, promoted):
        event.wait()
        read(keeper, promoted)

    def hold_back():
        monkeypatch.setattr(ModelKeeper, "_read", wait_and_read)
        return event

    yield hold_back
    event.set()


def test_a_new_version_is_read_aside_while_the_former_serves(
    version, keeper, person, now, may_read
):
    train_model(now=now)
    newer = train_model(now=now + timedelta(seconds=1))["version"]
    reading = may_read()
    assert home(person, now).model == version
    reading.set()
    keeper.reader.join()
    assert home(person, now).model == newer
    reading.clear()
    rollback_model(now=now)
    rollback_model(now=now)
    assert home(person, now).model == FORMULAS
    reading.set()
    keeper.reader.join()
    assert home(person, now).model == version


@pytest.mark.django_db(transaction=True)
def test_a_process_that_has_just_started_reads_its_model_before_anybody_asks(
    version, person, now, monkeypatch
):
    started = ModelKeeper()
    monkeypatch.setattr(placements, "keeper", started)
    read_model_ahead()
    started.reader.join()
    assert home(person, now).model == version


@pytest.mark.django_db(transaction=True)
def test_a_process_that_starts_without_a_database_serves_when_it_is_back(version, caplog):
    def be_away(*_statement):
        raise OperationalError("away")

    started = ModelKeeper()
    with connection.execute_wrapper(be_away):
        started._begin()
    assert "could not be read ahead" in caplog.text
    assert started.held(wait=True).version == version


def test_kept_lists_follow_a_promotion_and_a_rollback(
    version, person, now, settings, django_capture_on_commit_callbacks
):
    settings.RECSYS_CACHE_ENABLED = True
    item = Item.objects.live(now).first()
    keys = [Key(Family.HOME, person.pk), Key(Family.SIMILAR, item.pk)]
    for change, later in ((train_model, 1), (rollback_model, 2)):
        before, moment = now + timedelta(minutes=later), now + timedelta(minutes=later, seconds=1)
        for key in keys:
            refresh_list(key=key, now=before, wait=True)
        assert not home_list(Request(before, 20, person.pk)).stale
        with django_capture_on_commit_callbacks(execute=True):
            change(now=moment)
        former = home_list(Request(moment, 20, person.pk))
        assert former.stale
        assert similar_list(item.pk, Request(moment, 5), actor=person).stale
        job = Job.objects.get(name="refresh_list", args__family="home")
        refresh_one_list(no_progress, **job.args)
        assert cache.find(keys[0]).model == model_in_use().version != former.model
        Job.objects.all().delete()
        JobLock.objects.all().delete()


def test_what_the_former_model_makes_while_the_next_is_read_is_not_kept(
    version, keeper, person, now, settings, may_read
):
    settings.RECSYS_CACHE_ENABLED = True
    train_model(now=now)
    reading = may_read()
    assert home(person, now).model == version
    assert cache.find(Key(Family.HOME, person.pk)) is None
    reading.set()
    keeper.reader.join()
    newest = home(person, now).model
    assert newest != version
    assert cache.find(Key(Family.HOME, person.pk)).model == newest


def test_what_the_formulas_make_until_the_first_model_is_read_is_not_kept(
    version, person, now, settings, monkeypatch, may_read
):
    settings.RECSYS_CACHE_ENABLED = True
    cold, reading, compute = ModelKeeper(), may_read(), lists.compute_list
    monkeypatch.setattr(placements, "keeper", cold)

    def be_overtaken(*args, **options):
        made = compute(*args, **options)
        reading.set()
        cold.reader.join()
        return made

    monkeypatch.setattr(lists, "compute_list", be_overtaken)
    assert home(person, now).model == FORMULAS
    assert cache.find(Key(Family.HOME, person.pk)) is None
    assert home(person, now).model == version
    assert cache.find(Key(Family.HOME, person.pk)).model == version


def test_a_damaged_version_is_named_and_the_one_before_it_serves(
    version, keeper, person, now, settings, caplog
):
    newer = train_model(now=now + timedelta(seconds=1))["version"]
    edges = settings.RECSYS_MODELS_DIR / newer / "edges.npy"
    edges.write_bytes(edges.read_bytes()[:-4])
    assert keeper.held(wait=True).version == version
    assert f"the model {newer} cannot serve" in caplog.text
    assert home(person, now).model == version


def test_without_any_sound_model_the_formulas_serve(version, keeper, person, now, settings):
    (settings.RECSYS_MODELS_DIR / version / "manifest.json").unlink()
    lost = ModelKeeper()
    assert lost.held(wait=True) is None
    promote = pytest.raises(Exception, match="There is no artifact")
    with promote:
        promote_model(version=version, now=now)


def test_caps_keep_one_category_from_filling_the_list(version, person, now, settings):
    settings.RECSYS_HOME_RULES = {**settings.RECSYS_HOME_RULES, "per_category": 1}
    personal = [p for p in home(person, now).places if p.candidate.source == "personal"]
    categories = [p.row["category_id"] for p in personal]
    assert len(set(categories)) == len(categories) > 1
