"""`Idempotency-Key`, shown on the making of items."""

from datetime import timedelta

import pytest

from inventory.models import Item
from recsys.lib.errors import Conflict
from recsys.lib.idempotency import rest
from recsys.lib.idempotency.models import IdempotencyKey
from recsys.lib.idempotency.services import (
    LEASE,
    Answer,
    Claim,
    claim_key,
    prune_idempotency_keys,
    store_answer,
)
from tests.races import at_once

pytestmark = pytest.mark.django_db
URL = "/api/v1/items/"
LAMP = {"title": "Brass lamp", "starting_price": "10.00"}


def send(client, body=LAMP, key="one", url=URL):
    return client.post(url, body, headers={"Idempotency-Key": key})


def test_a_repeat_is_answered_alike_and_not_done_again(api, owner):
    first, again = send(api(owner)), send(api(owner), dict(reversed(LAMP.items())))
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert "Idempotency-Replayed" not in first
    assert again["Idempotency-Replayed"] == "true"
    assert Item.objects.count() == 1


def test_another_key_another_person_or_no_key_is_another_request(api, owner, stranger):
    for client, key in ((api(owner), "one"), (api(owner), "two"), (api(stranger), "one")):
        assert "Idempotency-Replayed" not in send(client, key=key)
    for _ in range(2):
        api(owner).post(URL, LAMP)
    assert Item.objects.count() == 5


@pytest.mark.parametrize(("body", "url"), [({"title": "Bell"}, URL), (LAMP, f"{URL}?other=1")])
def test_the_same_key_for_another_request_is_unprocessable(api, owner, body, url):
    send(api(owner))
    answer = send(api(owner), body, url=url)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert Item.objects.count() == 1


def test_a_refusal_leaves_the_key_free(api, owner):
    assert send(api(owner), {"title": ""}).status_code == 400
    assert send(api(owner)).status_code == 201
    assert send(api(owner))["Idempotency-Replayed"] == "true"


def test_while_in_flight_a_repeat_is_a_conflict_with_retry_after(api, owner, now):
    send(api(owner))
    IdempotencyKey.objects.update(status=None, lease_until=now + timedelta(hours=1))
    answer = send(api(owner))
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_in_flight")
    assert answer["Retry-After"] == "1"


def test_after_a_crash_the_key_is_taken_over_once_its_lease_is_up(owner, now):
    lost = claim_key(actor=owner, key="one", fingerprint="f", now=now)
    later = now + LEASE
    taken = claim_key(actor=owner, key="one", fingerprint="f", now=later)
    assert taken == Claim(lost.key_id, later + LEASE)
    with pytest.raises(Conflict):
        claim_key(actor=owner, key="one", fingerprint="f", now=later)

    with pytest.raises(Conflict):  # the one taken for dead comes back, too late
        store_answer(lost, Answer(201, "late"))
    store_answer(taken, Answer(201, "done"))
    assert claim_key(actor=owner, key="one", fingerprint="f", now=later) == Answer(201, "done")


@pytest.mark.django_db(transaction=True)
def test_work_and_answer_are_stored_together_or_not_at_all(api, owner, monkeypatch):
    class Crash(BaseException):
        """The process dies: no handler runs, no key is given back."""

    def crash(*args):
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(rest, "store_answer", crash)
        with pytest.raises(Crash):
            send(api(owner))
    assert not Item.objects.exists()
    assert send(api(owner)).status_code == 409
    IdempotencyKey.objects.update(lease_until=IdempotencyKey.objects.get().created_at)
    assert send(api(owner)).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_do_it_once(api, owner):
    clients = [api(owner) for _ in range(20)]
    answers = at_once([lambda client=client: send(client) for client in clients])
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert Item.objects.count() == 1


@pytest.mark.parametrize("key", ["", "a" * 256, "a b", "é"])
def test_a_malformed_key_is_refused(api, owner, key):
    answer = send(api(owner), key=key)
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["Idempotency-Key"])
    assert not Item.objects.exists()


def test_keys_are_forgotten_after_a_day(owner, now):
    for age in (0, 23, 25):
        claim_key(actor=owner, key=str(age), fingerprint="f", now=now)
        created = now - timedelta(hours=age)
        IdempotencyKey.objects.filter(key=str(age)).update(created_at=created)
    assert prune_idempotency_keys(now=now) == 1
    assert set(IdempotencyKey.objects.values_list("key", flat=True)) == {"0", "23"}
