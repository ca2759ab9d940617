"""What exploration puts into a list: its chance is served, explained, noted once and exported."""

from datetime import timedelta

import orjson
import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from recommendations.data import Reason
from recommendations.models import Exploration
from recommendations.serving import Request, explain, explored, home_list, shown_home_list
from tests.factories import WatchlistItemFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def half(settings):
    settings.RECSYS_HOME_RULES = {**settings.RECSYS_HOME_RULES, "explored_share": 0.5}


@pytest.fixture
def asked(person, now):
    return Request(now, 20, person.pk)


def drawn(answer):
    return [place for place in answer.places if place.candidate.drawn]


def test_a_share_of_places_goes_to_what_few_have_seen_the_same_all_day(version, asked):
    places = home_list(asked).places
    rare = [place for place in places if place.candidate.reason == Reason.RARELY_SEEN]
    assert 0 < len(rare) < len(places)
    assert drawn(home_list(asked)) == rare


def test_the_chance_of_a_drawn_place_is_served_and_explained(version, asked, person):
    answer = home_list(asked)
    served = {place["item"]["id"]: place.get("drawn") for place in answer.as_dict()["results"]}
    place = drawn(answer)[0]
    item = place.candidate.item_id
    assert 0 < served[item]["propensity"] <= 1 <= served[item]["among"]
    assert explain(item, asked, actor=person).drawn == served[item]
    settled = next(place for place in answer.places if not place.candidate.drawn)
    assert served[settled.candidate.item_id] is None


def test_what_was_drawn_survives_the_cache(version, asked, settings):
    settings.RECSYS_CACHE_ENABLED = True
    first, again = drawn(home_list(asked)), drawn(home_list(asked))
    assert [each.candidate.drawn for each in first] == [each.candidate.drawn for each in again]
    assert first


def test_a_list_that_goes_out_is_noted_once_a_day_and_looking_into_it_never(
    version, asked, person, settings
):
    settings.RECSYS_CACHE_ENABLED = True
    home_list(asked)
    assert not Exploration.objects.exists()
    answer = shown_home_list(asked)
    noted = Exploration.objects.filter(user=person).values_list(
        "item", "rank", "propensity", "among", "model"
    )
    assert sorted(noted) == sorted(
        (place.candidate.item_id, place.rank, *place.candidate.drawn, version)
        for place in drawn(answer)
    )
    with CaptureQueriesContext(connection) as queries:
        shown_home_list(asked)
    assert not any(Exploration._meta.db_table in query["sql"] for query in queries)
    settings.RECSYS_CACHE_ENABLED = False
    shown_home_list(asked)
    assert Exploration.objects.count() == len(drawn(answer))


def test_a_list_is_served_although_nothing_can_be_noted(version, asked, monkeypatch, caplog):
    def refuse(**_):
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(explored, "record_explorations", refuse)
    assert drawn(shown_home_list(asked))
    assert "could not be noted" in caplog.text


def test_the_export_says_what_people_did_with_what_they_were_shown(
    version, asked, person, now, tmp_path
):
    first, *others = [place.candidate.item_id for place in drawn(shown_home_list(asked))]
    WatchlistItemFactory(user=person, item_id=first, created_at=now + timedelta(hours=1))
    WatchlistItemFactory(user=person, item_id=others[0], created_at=now - timedelta(hours=1))
    path = tmp_path / "explorations.jsonl"
    call_command("export_explorations", str(path), verbosity=0)
    lines = {line["item"]: line for line in map(orjson.loads, path.read_bytes().splitlines())}
    assert set(lines) == {first, *others}
    assert (lines[first]["deeds"], lines[first]["reward"]) == (["watch"], 2)
    assert all((lines[item]["deeds"], lines[item]["reward"]) == ([], 0) for item in others)
    assert all(line["user"] == person.pk and line["model"] == version for line in lines.values())
