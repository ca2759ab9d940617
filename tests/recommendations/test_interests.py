from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.queries import list_active_users
from recommendations.models import UserInterest
from recommendations.queries import top_interests, user_interests
from recommendations.scoring.interest import Interest
from recommendations.services import (
    compute_user_interests,
    interests,
    refresh_user_interests,
    upsert_user_interests,
)
from recsys.lib.errors import NotFound
from tests.factories import BidFactory, CategoryFactory, ItemFactory, UserFactory
from tests.factories import WatchlistItemFactory as WatchFactory

pytestmark = pytest.mark.django_db
INSTANT = timedelta(microseconds=1)


def stored(user):
    return [(row.category_id, row.score, row.interaction_count) for row in user_interests(user.pk)]


def person(now, *, signed_in=None, joined=400):
    return UserFactory(
        last_sign_in_at=None if signed_in is None else now - timedelta(days=signed_in),
        date_joined=now - timedelta(days=joined),
    )


def only_active(now, *people):
    """Factories make sellers and bidders who joined this moment; here they joined long ago."""
    others = User.objects.exclude(pk__in=[user.pk for user in people])
    others.filter(last_sign_in_at=None).update(date_joined=now - timedelta(days=400))


def test_bids_and_watches_become_interests(now):
    books, chairs = CategoryFactory(), CategoryFactory()
    user = person(now, signed_in=1)
    BidFactory(bidder=user, item=ItemFactory(category=books), created_at=now)
    WatchFactory(user=user, item=ItemFactory(category=chairs), created_at=now)
    WatchFactory(user=user, item=ItemFactory(category=None), created_at=now)
    only_active(now, user)
    report = refresh_user_interests(now=now)
    assert stored(user) == [(books.pk, 1.0, 1), (chairs.pk, pytest.approx(2 / 3), 1)]
    assert report == {"people": 1, "interests": 2, "failed": 0}
    assert top_interests(user.pk, 1) == [(books.pk, 1.0)]


def test_what_is_exactly_90_days_old_counts_and_what_is_older_does_not(now):
    user = person(now, signed_in=1)
    counted = BidFactory(bidder=user, created_at=now - timedelta(days=90))
    BidFactory(bidder=user, created_at=now - timedelta(days=90) - INSTANT)
    WatchFactory(user=user, created_at=now - timedelta(days=90) - INSTANT)
    refresh_user_interests(now=now)
    assert stored(user) == [(counted.item.category_id, 1.0, 1)]


def test_ended_lots_keep_teaching(now):
    user = person(now, signed_in=1)
    bid = BidFactory(bidder=user, item__end_at=now - timedelta(minutes=1), created_at=now)
    refresh_user_interests(now=now)
    assert stored(user) == [(bid.item.category_id, 1.0, 1)]


def test_an_interest_that_no_longer_holds_is_deleted_and_others_keep_their_row(now):
    user = person(now, signed_in=1)
    kept = WatchFactory(user=user, created_at=now)
    dropped = WatchFactory(user=user, created_at=now)
    refresh_user_interests(now=now)
    before = user_interests(user.pk).get(category=kept.item.category_id).pk
    dropped.delete()
    refresh_user_interests(now=now + timedelta(hours=1))
    row = user_interests(user.pk).get()
    assert (row.pk, row.computed_at) == (before, now + timedelta(hours=1))


def test_only_people_active_lately_are_recomputed(now):
    """Who joined lately but went away, or long ago and never came back, is left alone."""
    people = {
        "signed in yesterday, joined long ago": person(now, signed_in=1),
        "signed in 30 days ago, to the instant": person(now, signed_in=30),
        "joined yesterday, never signed in": person(now, joined=1),
        "joined long ago, never signed in": person(now, joined=200),
        "joined long ago, last here in winter": person(now, signed_in=120),
    }
    for user in people.values():
        WatchFactory(user=user, created_at=now)
    UserInterest.objects.create(
        user=people["joined long ago, last here in winter"],
        category=CategoryFactory(),
        score=1,
        interaction_count=1,
        last_interaction_at=now,
        computed_at=now - timedelta(days=100),
    )
    only_active(now, *people.values())
    report = refresh_user_interests(now=now)
    touched = UserInterest.objects.filter(computed_at=now).values("user")
    assert {name for name, user in people.items() if touched.filter(user=user).exists()} == {
        "signed in yesterday, joined long ago",
        "joined yesterday, never signed in",
    }
    assert report["people"] == 2
    assert UserInterest.objects.exclude(computed_at=now).count() == 1


def test_fewer_people_are_recomputed_than_by_date_joined(now):
    """Of ten who joined this month, six came back since; by date joined all ten would count."""
    since = now - timedelta(days=30)
    for days in range(6):
        person(now, joined=25, signed_in=days)
    for _ in range(4):
        person(now, joined=29, signed_in=31)  # an import: the account is newer than the visit
    assert User.objects.filter(date_joined__gt=since).count() == 10
    assert list_active_users(since=since).count() == 6


def test_one_person_is_recomputed_whenever_they_came(now):
    user, other = person(now), person(now, signed_in=1)
    WatchFactory(user=user, created_at=now)
    WatchFactory(user=other, created_at=now)
    assert refresh_user_interests(now=now, user_id=user.pk)["people"] == 1
    assert stored(user)
    assert not stored(other)


def test_an_unknown_person_is_not_found(now):
    with pytest.raises(NotFound):
        refresh_user_interests(now=now, user_id=404)


def test_many_batches_give_what_one_person_at_a_time_gives(now, settings):
    settings.RECSYS_PEOPLE_PER_BATCH = 2
    users = [person(now, signed_in=1) for _ in range(5)]
    for number, user in enumerate(users):
        for days in range(number):
            WatchFactory(user=user, created_at=now - timedelta(days=10 * days))
    only_active(now, *users)
    seen = []
    refresh_user_interests(now=now, progress=lambda done, total: seen.append((done, total)))
    together = {user: stored(user) for user in users}
    assert seen == [(2, 5), (4, 5), (5, 5)]
    for user in users:
        refresh_user_interests(now=now, user_id=user.pk)
        alone = compute_user_interests([user.pk], now=now)
        assert stored(user) == together[user]
        assert [(row[1], row[2], row[3]) for row in alone] == together[user]


def test_a_batch_takes_as_many_statements_whatever_its_size(now, django_assert_num_queries):
    for _ in range(7):
        user = person(now, signed_in=1)
        WatchFactory(user=user, created_at=now)
        BidFactory(bidder=user, created_at=now)
    only_active(now)
    # count, page, (muted, bids, watches, stored rows, a copy in a block of its own, in an atomic
    # block), the page after: none
    with django_assert_num_queries(12):
        refresh_user_interests(now=now)


@pytest.mark.django_db(transaction=True)
def test_a_person_whose_row_fails_is_skipped_and_the_others_are_not(now, monkeypatch):
    """A category deleted after it was read: the foreign key fails when the batch commits."""
    users = [person(now, signed_in=1) for _ in range(4)]
    for user in users:
        WatchFactory(user=user, created_at=now)
    only_active(now, *users)
    read = interests.user_interests

    def read_then_lose_a_category(*args, **kwargs):
        return [
            row._replace(category_id=10**6) if row.user_id == users[2].pk else row
            for row in read(*args, **kwargs)
        ]

    monkeypatch.setattr(interests, "user_interests", read_then_lose_a_category)
    report = refresh_user_interests(now=now)
    assert report == {"people": 4, "interests": 3, "failed": 1}
    assert [bool(stored(user)) for user in users] == [True, True, False, True]


def test_interests_are_set_in_place_or_added_and_others_stay(now):
    person, stranger, kept, added = (
        UserFactory(),
        UserFactory(),
        CategoryFactory(),
        CategoryFactory(),
    )
    before = now - timedelta(days=1)
    upsert_user_interests(
        [Interest(who.pk, kept.pk, 1.0, 2, before) for who in (person, stranger)], now=before
    )
    upsert_user_interests(
        [Interest(person.pk, kept.pk, 0.5, 3, now), Interest(person.pk, added.pk, 1.0, 9, now)],
        now=now,
    )
    assert top_interests(person.pk, 5) == [(added.pk, 1.0), (kept.pk, 0.5)]
    assert [row.computed_at for row in user_interests(person.pk)] == [now, now]
    assert UserInterest.objects.get(user=stranger).score == 1.0


def test_an_interest_beyond_its_bounds_is_not_stored(now):
    person, category = UserFactory(), CategoryFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        upsert_user_interests([Interest(person.pk, category.pk, 1.5, 1, now)], now=now)
    assert not UserInterest.objects.exists()
