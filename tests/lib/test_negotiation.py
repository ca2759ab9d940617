import pytest

from recsys.lib.jsonld.rest import ACTIVITY, ACTIVITY_PROFILE, JSON_LD
from recsys.lib.negotiation import preferred

JSON = "application/json"


@pytest.mark.parametrize(
    ("accept", "found"),
    [
        (JSON_LD, JSON_LD),
        ("APPLICATION/LD+JSON", JSON_LD),
        (f"{JSON_LD};charset=utf-8", JSON_LD),
        (f'{JSON_LD}; profile="http://www.w3.org/ns/json-ld#compacted"', JSON_LD),
        (ACTIVITY_PROFILE, ACTIVITY_PROFILE),
        (f"{ACTIVITY};q=0.9, {JSON_LD};q=0.8", ACTIVITY),
        (f"{ACTIVITY}, {JSON_LD}", ACTIVITY),
        (f"{JSON_LD}, {ACTIVITY}", JSON_LD),
        (f"{JSON_LD};q=0.1, {JSON}", JSON),
        (f"{JSON_LD};q=0.1, {JSON};q=0.5, */*;q=0.2", JSON),
        (f"*/*, {JSON_LD}", JSON_LD),
        (f"{JSON};q=0, */*", ACTIVITY_PROFILE),
        (f"{JSON_LD};q=0", None),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/html,application/xhtml+xml,*/*;q=0.8", JSON),
        ("text/html", None),
        (", ,", None),
        ("nonsense;;=", None),
        (f"{JSON_LD};q=x", JSON_LD),
    ],
)
def test_what_is_wanted_most_is_given(accept, found):
    assert preferred(accept, [JSON, ACTIVITY_PROFILE, JSON_LD, ACTIVITY]) == found


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["items/", "recommendations/popular/"])
@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (f"{ACTIVITY};q=0.9, {JSON_LD};q=0.8", ACTIVITY),
        (f"{JSON_LD};charset=utf-8", JSON_LD),
        (ACTIVITY_PROFILE, ACTIVITY_PROFILE),
        (f"{JSON_LD};q=0.1, {JSON}", JSON),
        ("", JSON),
    ],
)
def test_every_address_negotiates_alike(client, address, accept, answered):
    response = client.get(f"/api/v1/{address}", headers={"Accept": accept})
    assert (response.status_code, response["Content-Type"]) == (200, answered)
