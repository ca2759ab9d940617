"""People who come in numbers: from an import, or from the demo's seed."""

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from secrets import token_urlsafe
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, make_password
from django.db import transaction
from django.utils import timezone

from accounts.data import NewPerson
from accounts.models import USERNAME_PATTERN, User, UserIdentity
from recsys.lib.bulk import analyze, batched, insert_new, insert_new_rows
from recsys.lib.errors import Conflict

HOUSE = NewPerson(uid="house", username="house", display_name="The house")
ROWS_PER_STATEMENT = 10_000
USERNAME_LENGTH = 32


@transaction.atomic
def import_people(*, provider: str, people: Iterable[NewPerson]) -> dict[str, int]:
    """The account of each person by their uid at `provider`; those not known yet are created.

    A wanted username that is malformed or taken gives way to one made of it and a digest of the
    identity: the same at every import, and free. E-mail addresses are the caller's to keep unique.
    """
    by_uid = {person.uid: person for person in people}
    found = find_people(provider=provider, uids=by_uid)
    newcomers = [person for uid, person in by_uid.items() if uid not in found]
    for batch in batched(newcomers, ROWS_PER_STATEMENT):
        found |= _create(provider, batch)
    return found


def find_people(*, provider: str, uids: Iterable[str]) -> dict[str, int]:
    """The accounts that are known, by uid at `provider`."""
    identities = UserIdentity.objects.filter(provider=provider, uid__any_of=uids)
    return dict(identities.values_list("uid", "user_id"))


def house_seller() -> int:
    """The account that sells what imports bring; made where there is none yet."""
    return import_people(provider="import", people=[HOUSE])[HOUSE.uid]


@transaction.atomic
def lock_house_seller() -> int:
    """The account that sells what imports bring, locked until the transaction ends.

    Imports take this lock first, so that two of them at once never create a thing twice.
    """
    pk = house_seller()
    User.objects.select_for_update(no_key=True).get(pk=pk)
    return pk


def analyze_people() -> None:
    analyze(User, UserIdentity)


def _create(provider: str, people: list[NewPerson]) -> dict[str, int]:
    wanted = [person.username or person.uid for person in people]
    taken = set(User.objects.filter(username__any_of=wanted).values_list("username", flat=True))
    by_username: dict[str, NewPerson] = {}
    for person, name in zip(people, wanted, strict=True):
        username = _free_username(provider, person.uid, name, taken)
        taken.add(username)
        by_username[username] = person
    created = insert_new_rows(User, _columns(by_username), returning=["username", "id"])
    ids = {by_username[username].uid: pk for username, pk in created}
    identities = {"provider": [provider] * len(ids), "uid": [*ids], "user": [*ids.values()]}
    known = insert_new(UserIdentity, identities, returning="id")
    if not len(known) == len(created) == len(people):
        raise Conflict("Somebody took one of these names or addresses just now; try again.")
    return ids


def _columns(people: Mapping[str, NewPerson]) -> dict[str, list[Any]]:
    now, persons = timezone.now(), people.values()
    return {
        "username": [*people],
        "email": [person.email for person in persons],
        "display_name": [person.display_name for person in persons],
        "biography": [person.biography for person in persons],
        "password": [_password(person.password) for person in persons],
        "is_staff": [person.is_operator for person in persons],
        "is_superuser": [person.is_operator for person in persons],
        "date_joined": [person.date_joined or now for person in persons],
        "last_sign_in_at": [person.last_sign_in_at for person in persons],
        "sign_in_count": [person.sign_in_count for person in persons],
    }


def _password(password: str | None) -> str:
    """Hashed, or one that nobody can know: an imported account signs in after a reset.

    `make_password(None)` draws its 40 characters one by one: 0.1 ms a person.
    """
    return make_password(password) if password else UNUSABLE_PASSWORD_PREFIX + token_urlsafe(30)


def _free_username(provider: str, uid: str, wanted: str, taken: set[str]) -> str:
    if wanted not in taken and re.fullmatch(USERNAME_PATTERN, wanted):
        return wanted
    digest = blake2b(f"{provider}\0{uid}".encode(), digest_size=8).hexdigest()
    readable = re.sub(r"[^a-z0-9]+", "_", wanted.lower()).strip("_")
    return f"{readable[: USERNAME_LENGTH - len(digest) - 1]}_{digest}"
