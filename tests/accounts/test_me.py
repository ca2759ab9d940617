"""One's own account over REST."""

import pytest

from accounts.models import User
from tests.factories import PASSWORD

ME = "/api/v1/me/"
REGISTER = "/api/v1/auth/register/"

pytestmark = pytest.mark.django_db


def test_anonymous_has_no_account(api):
    answer = api().get(ME)
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_authenticated"
    assert answer["WWW-Authenticate"] == "Token"


def test_people_see_their_own_account_in_full(api, owner):
    assert api(owner).get(ME).json() == {
        "id": owner.pk,
        "username": "owner",
        "display_name": "",
        "biography": "",
        "presence": "offline",
        "status_message": "",
        "email": "owner@example.com",
        "date_joined": owner.date_joined.isoformat().replace("+00:00", "Z"),
        "last_sign_in_at": None,
        "sign_in_count": 0,
    }


def test_people_change_what_they_say_of_themselves(api, owner):
    answer = api(owner).patch(ME, {"presence": "busy", "biography": "I collect clocks."})
    assert answer.status_code == 200
    owner.refresh_from_db()
    assert (owner.presence, owner.biography) == ("busy", "I collect clocks.")


def test_a_profile_change_does_not_undo_a_sign_in_counted_meanwhile(api, owner):
    caller = api(owner)
    User.objects.filter(pk=owner.pk).update(sign_in_count=7)
    caller.patch(ME, {"status_message": "back soon"})
    owner.refresh_from_db()
    assert owner.sign_in_count == 7


@pytest.mark.parametrize(
    "field", ["is_staff", "is_superuser", "sign_in_count", "id", "is_active", "locked_at"]
)
def test_fields_that_are_not_theirs_are_ignored(api, owner, field):
    before = User.objects.values().get(pk=owner.pk)
    api(owner).patch(ME, {field: 99})
    assert User.objects.values().get() == before


def test_a_new_address_asks_for_the_present_password(api, owner):
    caller = api(owner)
    refused = caller.patch(ME, {"email": "thief@example.com"})
    assert refused.status_code == 400
    assert "password" in refused.json()["fields"]
    assert User.objects.get().email == "owner@example.com"
    assert caller.patch(ME, {"email": "new@example.com", "password": PASSWORD}).status_code == 200
    assert User.objects.get().email == "new@example.com"


def test_somebody_elses_address_is_refused_beside_its_field(api, owner, stranger):
    answer = api(owner).patch(ME, {"email": "STRANGER@example.com", "password": PASSWORD})
    assert answer.status_code == 400
    assert answer.json()["fields"] == {"email": ["An account with this e-mail address exists."]}


def test_a_newcomer_joins_and_signs_in(api):
    body = {"username": "Ada_L", "email": "ada@Example.com", "password": PASSWORD}
    answer = api().post(REGISTER, body)
    assert answer.status_code == 201
    assert answer.data["username"] == "ada_l"
    assert "password" not in answer.data
    assert api().post("/api/v1/auth/sign-in/", body).status_code == 200


@pytest.mark.parametrize(
    ("change", "field", "part"),
    [
        ({"username": "owner"}, "username", "taken"),
        ({"username": "OWNER"}, "username", "taken"),
        ({"username": "a b"}, "username", "lower-case letters, digits or underscores"),
        ({"email": "Owner@Example.com"}, "email", "exists"),
        ({"email": "nonsense"}, "email", "valid email"),
        ({"password": "short"}, "password", "at least 8 characters"),
        ({"password": "password"}, "password", "too common"),
        ({"password": "1029384756102"}, "password", "entirely numeric"),
        ({"password": "new_person"}, "password", "too similar"),
        ({"email": ""}, "email", "blank"),
    ],
)
def test_a_refused_newcomer_is_told_what_to_change(api, owner, change, field, part):
    body = {"username": "new_person", "email": "new@example.com", "password": PASSWORD}
    answer = api().post(REGISTER, body | change)
    assert answer.status_code == 400
    assert part in " ".join(answer.json()["fields"][field])
    assert User.objects.count() == 1


def test_a_newcomer_cannot_make_themselves_staff(api):
    body = {"username": "sneaky", "email": "s@example.com", "password": PASSWORD}
    api().post(REGISTER, body | {"is_staff": True, "is_superuser": True, "sign_in_count": 9})
    user = User.objects.get()
    assert (user.is_staff, user.is_superuser, user.sign_in_count) == (False, False, 0)


def test_one_address_cannot_register_without_end(api, settings):
    settings.SIGN_IN_LIMITS = settings.SIGN_IN_LIMITS | {"register": 2}
    statuses = [api().post(REGISTER, {}).status_code for _ in range(3)]
    assert statuses == [400, 400, 429]
