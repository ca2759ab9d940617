"""The stored rows over REST: the archetype of "read your own, only"."""

import pytest
from django.utils import timezone

from recommendations.models import ItemSimilarity, RecommendedItem, UserInterest
from tests.factories import CategoryFactory, ItemFactory

pytestmark = pytest.mark.django_db

INTERESTS = "/api/v1/interests/"
RECOMMENDED = "/api/v1/recommended-items/"
SIMILARITIES = "/api/v1/item-similarities/"


@pytest.fixture
def cast(api, owner, stranger):
    return api, owner, stranger


def interest_of(user, score=0.5):
    return UserInterest.objects.create(
        user=user,
        category=CategoryFactory(),
        score=score,
        interaction_count=3,
        last_interaction_at=timezone.now(),
    )


def recommended_to(user, rank=1):
    return RecommendedItem.objects.create(
        user=user, item=ItemFactory(), score=0.7, rank=rank, reason="for_you"
    )


def similarity():
    return ItemSimilarity.objects.create(
        source=ItemFactory(), similar=ItemFactory(), score=0.8, reason="same_category"
    )


OWN_ROWS = [(INTERESTS, interest_of), (RECOMMENDED, recommended_to)]
WRITES = [("get", None), ("patch", {"score": 0.9}), ("delete", None)]


@pytest.mark.parametrize(("address", "make"), OWN_ROWS)
def test_people_list_and_open_their_own_rows_only(api, owner, stranger, address, make):
    mine, theirs = make(owner), make(stranger)
    caller = api(owner)
    assert [row["id"] for row in caller.get(address).json()["results"]] == [mine.pk]
    assert caller.get(f"{address}{mine.pk}/").json()["user"] == owner.pk
    filtered = caller.get(address, {"user": stranger.pk}).json()["results"]
    assert filtered == []
    assert type(theirs).objects.filter(pk=theirs.pk).exists()


@pytest.mark.parametrize("rows", OWN_ROWS)
@pytest.mark.parametrize(("method", "body"), WRITES)
def test_a_foreign_row_answers_as_one_that_does_not_exist(cast, rows, method, body):
    api, owner, stranger = cast
    address, make = rows
    row = make(owner)
    before = type(row).objects.values().get()
    caller = getattr(api(stranger), method)
    foreign, missing = caller(f"{address}{row.pk}/", body), caller(f"{address}999999999/", body)
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert type(row).objects.values().get() == before


@pytest.mark.parametrize("rows", OWN_ROWS)
@pytest.mark.parametrize(("method", "body"), WRITES[1:])
def test_people_may_not_write_what_is_believed_of_them(cast, rows, method, body):
    api, owner, _ = cast
    address, make = rows
    row = make(owner)
    answer = getattr(api(owner), method)(f"{address}{row.pk}/", body)
    assert answer.status_code == 403
    assert type(row).objects.get().score == row.score


def test_a_page_goes_from_the_best_down_and_on(api, owner):
    for tenth in range(7):
        interest_of(owner, tenth / 10)
    page = api(owner).get(INTERESTS, {"limit": 5}).json()
    rest = api(owner).get(page["next"]).json()
    scores = [row["score"] for row in page["results"] + rest["results"]]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 7


def test_a_manager_writes_an_interest_for_somebody(api, manager, stranger):
    body = {
        "user": stranger.pk,
        "category": CategoryFactory().pk,
        "score": 0.25,
        "interaction_count": 2,
        "last_interaction_at": "2026-01-02T03:04:05Z",
    }
    created = api(manager).post(INTERESTS, body)
    assert created.status_code == 201
    address = f"{INTERESTS}{created.data['id']}/"
    assert api(manager).patch(address, {"score": 0.5}).json()["score"] == 0.5
    assert api(manager).post(INTERESTS, body).status_code == 400
    assert api(manager).delete(address).status_code == 204
    assert not UserInterest.objects.exists()


def test_a_score_outside_its_range_is_refused(api, manager, owner):
    row = interest_of(owner)
    answer = api(manager).patch(f"{INTERESTS}{row.pk}/", {"score": 1.5})
    assert answer.status_code == 400
    assert "score" in answer.json()["fields"]
    row.refresh_from_db()
    assert row.score == 0.5


def test_anybody_reads_similarities_of_a_source(api):
    row = similarity()
    similarity()
    page = api().get(SIMILARITIES, {"source": row.source_id}).json()
    assert [found["id"] for found in page["results"]] == [row.pk]


def test_only_managers_write_similarities(api, manager, owner):
    row = similarity()
    address = f"{SIMILARITIES}{row.pk}/"
    assert api().patch(address, {"score": 0.1}).status_code == 401
    assert api(owner).patch(address, {"score": 0.1}).status_code == 403
    row.refresh_from_db()
    assert row.score == 0.8
    assert api(manager).patch(address, {"score": 0.1}).status_code == 200


def test_nothing_is_similar_to_itself(api, manager):
    row = similarity()
    answer = api(manager).patch(f"{SIMILARITIES}{row.pk}/", {"similar": row.source_id})
    assert answer.status_code == 400
    assert answer.json()["fields"] == {"similar": ["Nothing is similar to itself."]}


@pytest.mark.parametrize("user", ["abc", "0", "-1", "9" * 30])
def test_a_filter_that_is_no_id_is_the_clients_mistake(api, manager, user):
    assert api(manager).get(INTERESTS, {"user": user}).status_code == 400
