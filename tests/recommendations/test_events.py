"""Events: each stored at most once, each row with an outcome of its own."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import connections

from inventory.models import Item, World
from recommendations.models import Event
from recommendations.queries import hidden_item_ids
from tests.factories import CreationFactory, ItemFactory, UserFactory

URL = "/api/v1/events/"


@pytest.fixture
def item(db):
    return ItemFactory()


@pytest.fixture
def writer(db):
    user = UserFactory(username="writer")
    user.user_permissions.add(Permission.objects.get(codename="ingest_events"))
    return user


def row(item, event_id="e1", /, **fields) -> dict:
    return {"event_id": event_id, "item": item.pk, "kind": "view"} | fields


def outcomes(answer) -> list[tuple]:
    assert answer.status_code == 200, answer.content
    return [(one["status"], one.get("code")) for one in answer.json()["results"]]


def test_a_batch_is_answered_row_by_row_and_a_bad_row_keeps_no_other_out(api, owner, item):
    batch = [
        row(item, "a"),
        row(item, "a", kind="like"),
        row(item, "b", kind="dance"),
        row(item, "c", item=item.pk + 999),
        row(item, "d", kind="like", value=2.5),
        "nonsense",
    ]
    answer = api(owner).post(URL, batch)
    assert outcomes(answer) == [
        ("stored", None),
        ("duplicate", None),
        ("refused", "unknown_kind"),
        ("refused", "unknown_item"),
        ("stored", None),
        ("refused", "invalid"),
    ]
    counts = {name: answer.json()[name] for name in ("stored", "duplicate", "refused")}
    assert counts == {"stored": 2, "duplicate": 1, "refused": 3}
    stored = Event.objects.order_by("event_id").values_list("event_id", "user", "kind", "value")
    assert list(stored) == [("a", owner.pk, "view", None), ("d", owner.pk, "like", 2.5)]


def test_a_single_event_is_stored_once_and_its_refusal_is_an_error(api, owner, stranger, item):
    client = api(owner)
    assert client.post(URL, row(item)).status_code == 201
    assert client.post(URL, row(item)).json() == {"event_id": "e1", "status": "duplicate"}
    unknown = client.post(URL, row(item, "e2", item=item.pk + 999))
    foreign = client.post(URL, row(item, "e3", user=stranger.pk))
    assert (unknown.status_code, unknown.json()["code"]) == (400, "unknown_item")
    assert (foreign.status_code, foreign.json()["code"]) == (403, "permission_denied")
    assert Event.objects.count() == 1


def test_the_time_is_now_unless_given_and_never_more_than_five_minutes_ahead(api, owner, item):
    now = datetime.now(UTC)
    times = [now + timedelta(minutes=4), now + timedelta(minutes=6), now - timedelta(days=900)]
    batch = [row(item, f"e{n}", occurred_at=at.isoformat()) for n, at in enumerate(times)]
    batch += [row(item, "z", occurred_at="2026-01-01T00:00:00"), row(item, "now")]
    statuses = outcomes(api(owner).post(URL, batch))
    assert statuses[:3] == [("stored", None), ("refused", "in_future"), ("stored", None)]
    stored = dict(Event.objects.values_list("event_id", "occurred_at"))
    assert stored["e0"] == times[0]
    assert stored["z"] == datetime(2026, 1, 1, tzinfo=UTC)
    assert now <= stored["now"] <= datetime.now(UTC)


def test_only_an_event_writer_speaks_for_others(api, owner, writer, item):
    batch = [row(item, "a", user=owner.pk), row(item, "b", user=owner.pk + 9_999), row(item, "c")]
    assert outcomes(api(owner).post(URL, [row(item, "x", user=writer.pk)])) == [
        ("refused", "permission_denied")
    ]
    assert outcomes(api(writer).post(URL, batch)) == [
        ("stored", None),
        ("refused", "unknown_user"),
        ("stored", None),
    ]
    assert dict(Event.objects.values_list("event_id", "user")) == {"a": owner.pk, "c": writer.pk}


def test_an_item_one_may_not_see_is_unknown_except_to_an_event_writer(api, owner, writer):
    draft = ItemFactory(publication_status=Item.PublicationStatus.DRAFT)
    assert outcomes(api(owner).post(URL, [row(draft)])) == [("refused", "unknown_item")]
    assert outcomes(api(writer).post(URL, [row(draft)])) == [("stored", None)]


def test_events_are_read_by_whose_they_are_and_by_managers(api, owner, stranger, manager, item):
    api(owner).post(URL, [row(item, "a"), row(item, "b", kind="hide")])

    def seen(user, query="") -> set[str]:
        return {one["event_id"] for one in api(user).get(URL + query).json()["results"]}

    assert seen(owner) == seen(manager) == {"a", "b"}
    assert seen(owner, f"?kind=hide&item={item.pk}") == {"b"}
    assert seen(stranger) == set()
    assert api().get(URL).status_code == api().post(URL, [row(item, "c")]).status_code == 401
    assert Event.objects.count() == 2


def test_what_a_person_hid_is_known_to_serving(api, owner, stranger, item):
    api(owner).post(URL, [row(item, "a", kind="hide"), row(ItemFactory(), "b", kind="like")])
    assert hidden_item_ids(owner.pk) == {item.pk}
    assert hidden_item_ids(stranger.pk) == set()


BAD_ROWS = [
    {"event_id": ""},
    {"event_id": "x" * 65},
    {"event_id": 7},
    {"event_id": None},
    {"item": "1"},
    {"item": True},
    {"item": -1},
    {"item": 2**63},
    {"item": 10**30},
    {"item": [1]},
    {"kind": None},
    {"kind": ["view"]},
    {"kind": {}},
    {"value": "much"},
    {"value": True},
    {"occurred_at": 5},
    {"occurred_at": "yesterday"},
    {"occurred_at": "0001-01-01T00:00:00+14:00"},
    {"user": "me"},
    {"user": 2**70},
    {"user": None},
]


@pytest.mark.parametrize("fault", BAD_ROWS, ids=str)
def test_a_row_that_cannot_be_read_is_refused_and_stores_nothing(api, owner, item, fault):
    answer = api(owner).post(URL, row(item) | fault)
    assert answer.status_code == 400, answer.content
    assert {"code", "detail"} <= answer.json().keys()
    ((status, _),) = outcomes(api(owner).post(URL, [row(item) | fault]))
    assert status == "refused"
    assert not Event.objects.exists()


@pytest.mark.parametrize("body", ["x", 5, True])
def test_what_is_neither_an_event_nor_a_list_is_a_400(api, owner, body):
    answer = api(owner).post(URL, body, format="json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


@pytest.mark.parametrize("text", [b"\\u0000", b"\\ud800"])
def test_text_that_a_database_chokes_on_stores_nothing(api, owner, item, text):
    body = b'[{"event_id": "%b", "item": %d, "kind": "view"}]' % (text, item.pk)
    answer = api(owner).post(URL, body, content_type="application/json")
    assert answer.status_code == 400
    assert not Event.objects.exists()


def test_a_thousand_rows_are_taken_and_one_more_is_refused_whole(api, owner, item):
    batch = [row(item, f"e{n}") for n in range(1001)]
    refused = api(owner).post(URL, batch)
    assert (refused.status_code, refused.json()["code"]) == (400, "too_many")
    assert not Event.objects.exists()
    assert api(owner).post(URL, batch[:1000]).json()["stored"] == 1000


def test_a_batch_costs_the_same_statements_however_long(
    api, owner, item, django_assert_num_queries
):
    client = api(owner)
    for size in (1, 200):
        batch = [row(item, f"{size}-{n}") for n in range(size)]
        # token, permissions, items, insert in a savepoint, lists dropped
        with django_assert_num_queries(7):
            client.post(URL, batch)


def test_visiting_a_world_is_an_interaction_with_its_map(api, owner):
    world = World.objects.create(
        name="Lobby",
        map=CreationFactory(kind=Item.Kind.MAP),
        address="10.0.0.1",
        port=7777,
        max_users=8,
    )
    address = f"/api/v1/worlds/{world.pk}/visit/"
    assert api().post(address).status_code == 401
    assert api(owner).post("/api/v1/worlds/999999/visit/").status_code == 404
    assert not Event.objects.exists()
    assert api(owner).post(address).status_code == 201
    event = Event.objects.get()
    assert (event.user, event.item_id, event.kind) == (owner, world.map_id, "visit")


def test_an_idempotency_key_replays_the_answer(api, owner, item):
    client = api(owner)
    key = {"HTTP_IDEMPOTENCY_KEY": "once"}
    first = client.post(URL, [row(item)], **key).json()
    assert client.post(URL, [row(item)], **key).json() == first
    assert first["stored"] == Event.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_batch_sent_twenty_times_in_parallel_is_stored_once(api):
    person, item = UserFactory(), ItemFactory()
    batch = [row(item, f"e{n}") for n in range(100)]
    clients = [api(person) for _ in range(20)]

    def send(number: int) -> int:
        try:
            order = batch if number % 2 else batch[::-1]
            return clients[number].post(URL, order).json()["stored"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        stored = list(pool.map(send, range(20)))
    assert sum(stored) == Event.objects.count() == 100
