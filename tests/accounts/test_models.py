import pytest
from django.db import DatabaseError, IntegrityError

from accounts.models import User


@pytest.mark.django_db
@pytest.mark.parametrize("username", ["ab", "a" * 33, "Upper", "with space", "ünicode", ""])
def test_the_database_refuses_a_malformed_username(username):
    with pytest.raises(DatabaseError):
        User.objects.bulk_create([User(username=username)])


@pytest.mark.django_db
def test_two_accounts_cannot_share_an_email_address_in_another_case():
    User.objects.create_user("first", "Same@example.com")
    with pytest.raises(IntegrityError):
        User.objects.create_user("second", "same@EXAMPLE.com")


@pytest.mark.django_db
def test_accounts_without_an_email_address_do_not_collide():
    User.objects.create_user("first")
    User.objects.create_user("second")
    assert User.objects.filter(email="").count() == 2
