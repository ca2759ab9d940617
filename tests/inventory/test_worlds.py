"""Worlds: who runs them, and which are fresh."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission

from inventory.models import Happening, Item, World
from tests.factories import CreationFactory, ItemFactory, UserFactory

URL = "/api/v1/worlds/"
HAPPENINGS = "/api/v1/happenings/"


@pytest.fixture(autouse=True)
def it_stays_this_moment(monkeypatch, now):
    """The half minute of a heartbeat is not over before a test is."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)


@pytest.fixture
def server(db):
    user = UserFactory(username="server")
    user.user_permissions.add(Permission.objects.get(codename="run_worlds"))
    return user


@pytest.fixture
def body(db):
    place = CreationFactory(kind=Item.Kind.MAP)
    return {"name": "Hall", "map": place.pk, "address": "10.0.0.1", "port": 7777, "max_users": 8}


@pytest.fixture
def world(body):
    return World.objects.create(**{**body, "map": Item.objects.get(pk=body["map"])})


def test_a_server_registers_once_and_takes_its_place_again_after_a_restart(api, server, body):
    client = api(server)
    first = client.post(URL, body)
    assert (first.status_code, first.json()["is_fresh"]) == (201, True)
    World.objects.update(current_users=5, last_seen_at=datetime(2020, 1, 1, tzinfo=UTC))
    again = client.post(URL, body | {"name": "Hall again"})
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    world = World.objects.get()
    assert (world.name, world.current_users) == ("Hall again", 0)


def test_a_heartbeat_makes_a_world_fresh_again(api, server, world, now):
    World.objects.update(last_seen_at=now - timedelta(seconds=30, microseconds=1))
    assert api().get(f"{URL}?fresh=true").json()["results"] == []
    (stale,) = api().get(f"{URL}?fresh=false").json()["results"]
    assert stale["is_fresh"] is False
    answer = api(server).post(f"{URL}{world.pk}/heartbeat/", {"current_users": 8})
    assert (answer.json()["is_fresh"], answer.json()["current_users"]) == (True, 8)
    assert len(api().get(f"{URL}?fresh=true&map={world.map_id}").json()["results"]) == 1


def test_no_more_people_are_reported_than_fit(api, server, world):
    answer = api(server).post(f"{URL}{world.pk}/heartbeat/", {"current_users": 9})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["current_users"])
    assert World.objects.get().current_users == 0


def test_only_those_who_run_worlds_and_managers_write(api, owner, manager, world, body):
    beat = f"{URL}{world.pk}/heartbeat/"
    for user, status in ((None, 401), (owner, 403)):
        client = api(user)
        assert client.post(URL, body | {"port": 1}).status_code == status
        assert client.post(beat, {"current_users": 1}).status_code == status
        assert client.delete(f"{URL}{world.pk}/").status_code == status
    assert list(World.objects.values_list("port", "current_users")) == [(7777, 0)]
    assert api(manager).post(beat, {"current_users": 1}).status_code == 200
    assert api(manager).delete(f"{URL}{world.pk}/").status_code == 204


def test_a_world_is_as_visible_as_its_map(api, server, owner, world):
    Item.objects.update(is_hidden=True)
    assert api(owner).get(URL).json()["results"] == []
    assert api(owner).get(f"{URL}{world.pk}/").status_code == 404
    assert api(server).get(f"{URL}{world.pk}/").status_code == 200


def test_only_a_map_can_be_run(api, server, body):
    assert api(server).post(URL, body | {"map": ItemFactory().pk}).status_code == 404
    assert not World.objects.exists()


@pytest.mark.parametrize(
    "fault",
    [
        {"port": 0},
        {"port": 65_536},
        {"max_users": 2**31},
        {"map": "x"},
        {"name": ""},
        {"name": []},
    ],
    ids=str,
)
def test_bad_input_is_a_400_and_registers_nothing(api, server, body, fault):
    answer = api(server).post(URL, body | fault)
    assert answer.status_code == 400
    assert {"code", "detail", "fields"} <= answer.json().keys()
    assert not World.objects.exists()


def test_happenings_are_written_by_those_who_run_worlds_and_listed_by_their_start(
    api, server, owner, world
):
    start = datetime(2030, 1, 1, tzinfo=UTC)

    def happening(hours: int) -> dict:
        begins = start + timedelta(hours=hours)
        return {
            "name": f"In {hours}",
            "starts_at": begins.isoformat(),
            "ends_at": (begins + timedelta(hours=1)).isoformat(),
            "world": world.pk,
        }

    assert api(owner).post(HAPPENINGS, happening(1)).status_code == 403
    assert api().post(HAPPENINGS, happening(1)).status_code == 401
    for hours in (5, 2):
        assert api(server).post(HAPPENINGS, happening(hours)).status_code == 201
    backwards = happening(3) | {"ends_at": start.isoformat()}
    assert api(server).post(HAPPENINGS, backwards).status_code == 400
    names = [row["name"] for row in api().get(HAPPENINGS).json()["results"]]
    assert names == ["In 2", "In 5"]
    later = f"{HAPPENINGS}?ends_after=2030-01-01T04:00:00Z&world={world.pk}"
    assert [row["name"] for row in api().get(later).json()["results"]] == ["In 5"]
    first = Happening.objects.order_by("starts_at").first()
    address = f"{HAPPENINGS}{first.pk}/"
    assert api(server).patch(address, {"ends_at": start.isoformat()}).status_code == 400
    assert api(server).patch(address, {"name": "Party"}).json()["name"] == "Party"
    assert api(owner).delete(address).status_code == 403
    assert api(server).delete(address).status_code == 204


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00%2B23:59"])
def test_a_moment_outside_the_calendar_is_the_callers_mistake(api, db, moment):
    response = api().get(f"{HAPPENINGS}?ends_after={moment}")
    assert response.status_code == 400
    assert "ends_after" in response.json()["fields"]
