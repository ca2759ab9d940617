"""Public cards, friendships and blocks over REST, and blocking by a page's button."""

import pytest
from django.urls import reverse

from accounts.models import Block, Friendship

PEOPLE = "/api/v1/people/"
FRIENDS = "/api/v1/friends/"
BLOCKS = "/api/v1/blocks/"
PRIVATE = {"email", "last_sign_in_at", "sign_in_count", "date_joined"}

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("asking", ["anonymous", "stranger", "manager"])
def test_a_card_tells_nothing_private(api, owner, asking, request):
    caller = api() if asking == "anonymous" else api(request.getfixturevalue(asking))
    card = caller.get(f"{PEOPLE}Owner/").json()
    assert card["username"] == "owner"
    assert not PRIVATE & card.keys()
    assert "@" not in str(card)


def test_administrators_see_the_account(api, owner, administrator):
    assert api(administrator).get(f"{PEOPLE}owner/").json()["email"] == "owner@example.com"


def test_invisible_people_look_offline_to_all_but_themselves(api, owner, stranger):
    api(owner).patch("/api/v1/me/", {"presence": "invisible"})
    assert api(stranger).get(f"{PEOPLE}owner/").json()["presence"] == "offline"
    assert api(owner).get("/api/v1/me/").json()["presence"] == "invisible"


def test_nobody_and_the_inactive_look_the_same(api, owner, stranger):
    stranger.is_active = False
    stranger.save(update_fields=["is_active"])
    inactive, nobody = (api(owner).get(f"{PEOPLE}{name}/") for name in ("stranger", "nobody"))
    assert (inactive.status_code, inactive.content) == (404, nobody.content)


def test_a_friendship_is_asked_and_accepted(api, owner, stranger):
    asked = api(owner).post(FRIENDS, {"username": "stranger"})
    assert asked.status_code == 201
    assert asked.json()["state"] == "asked_by_me"
    assert api(stranger).get(FRIENDS).json()["results"][0]["state"] == "asked_of_me"
    accepted = api(stranger).post(f"{FRIENDS}owner/accept/")
    assert (accepted.json()["state"], accepted.json()["person"]["username"]) == (
        "accepted",
        "owner",
    )
    assert Friendship.objects.get().accepted_at is not None


def test_only_the_one_who_was_asked_accepts(api, owner, stranger, sharee):
    api(owner).post(FRIENDS, {"username": "stranger"})
    assert api(owner).post(f"{FRIENDS}stranger/accept/").status_code == 403
    assert api(sharee).post(f"{FRIENDS}owner/accept/").status_code == 404
    assert Friendship.objects.get().accepted_at is None


def test_two_who_ask_each_other_are_friends_once(api, owner, stranger):
    api(owner).post(FRIENDS, {"username": "stranger"})
    assert api(stranger).post(FRIENDS, {"username": "owner"}).json()["state"] == "accepted"
    assert Friendship.objects.count() == 1
    assert api(owner).post(FRIENDS, {"username": "stranger"}).status_code == 409


@pytest.mark.parametrize("remover", ["owner", "stranger"])
def test_either_ends_it(api, owner, stranger, remover, request):
    api(owner).post(FRIENDS, {"username": "stranger"})
    other = "stranger" if remover == "owner" else "owner"
    caller = api(request.getfixturevalue(remover))
    assert caller.delete(f"{FRIENDS}{other}/").status_code == 204
    assert caller.delete(f"{FRIENDS}{other}/").status_code == 404
    assert not Friendship.objects.exists()


@pytest.mark.parametrize("name", ["owner", "nobody"])
def test_nobody_befriends_themselves_or_nobody(api, owner, name):
    answer = api(owner).post(FRIENDS, {"username": name})
    assert answer.status_code == 400
    assert "username" in answer.json()["fields"]
    assert not Friendship.objects.exists()


def test_friendships_of_others_are_not_listed(api, owner, stranger, sharee):
    api(owner).post(FRIENDS, {"username": "stranger"})
    assert api(sharee).get(FRIENDS).json()["results"] == []
    assert api().get(FRIENDS).status_code == 401


# --- blocks ---


def test_blocking_twice_is_one_block_and_is_taken_back_once(api, owner, stranger):
    first, again = (api(owner).post(BLOCKS, {"username": "Stranger"}) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200)
    (shown,) = api(owner).get(BLOCKS).json()["results"]
    assert shown["person"]["username"] == "stranger"
    assert api(owner).delete(f"{BLOCKS}stranger/").status_code == 204
    assert api(owner).delete(f"{BLOCKS}stranger/").status_code == 404


def test_the_blocked_person_is_not_told(api, owner, stranger):
    api(owner).post(BLOCKS, {"username": "stranger"})
    assert api(stranger).get(BLOCKS).json()["results"] == []
    nobody, blocker = (
        api(stranger).post(FRIENDS, {"username": name}) for name in ("nobody", "owner")
    )
    assert (blocker.status_code, blocker.content) == (400, nobody.content)


def test_a_block_ends_the_friendship_and_no_other(api, owner, stranger, sharee):
    for friend in (stranger, sharee):
        api(owner).post(FRIENDS, {"username": friend.username})
    api(stranger).post(BLOCKS, {"username": "owner"})
    assert Friendship.objects.get().friend == sharee


@pytest.mark.parametrize("name", ["owner", "nobody"])
def test_nobody_blocks_themselves_or_nobody(api, owner, name):
    answer = api(owner).post(BLOCKS, {"username": name})
    assert answer.status_code == 400
    assert "username" in answer.json()["fields"]


@pytest.mark.parametrize("name", ["owner", "no_such_person"])
def test_a_button_that_would_block_oneself_or_nobody_is_refused_in_words(client, owner, name):
    client.force_login(owner)
    asked = {"Accept": "text/html"}
    told = client.post(reverse("block", args=[name]), follow=True, headers=asked)
    assert told.status_code == 200
    assert "There is nobody else of this name." in told.content.decode()
    assert not Block.objects.exists()
