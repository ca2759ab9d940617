import pytest
from django.db import OperationalError, connection, transaction

from inventory.models import Category
from recsys.lib import retry
from recsys.lib.errors import Unavailable
from recsys.lib.retry import retried_transaction
from tests.races import fail_as_contended


@retried_transaction
def write(name, failures):
    """Add a category, and fail as often as `failures` has members."""
    Category.objects.create(name=name, slug=name)
    if failures:
        failures.pop()
        fail_as_contended()
    return name


@pytest.mark.django_db(transaction=True)
def test_a_contended_transaction_is_begun_anew_and_written_once():
    assert write("art", [1, 2, 3]) == "art"
    assert Category.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_exhausted_attempts_are_unavailable_with_retry_after_and_nothing_written(monkeypatch):
    monkeypatch.setattr(retry, "LONGEST_PAUSE", 0.001)
    failures = list(range(100))
    with pytest.raises(Unavailable) as refused:
        write("art", failures)
    assert refused.value.retry_after == 1
    assert len(failures) == 100 - retry.ATTEMPTS
    assert not Category.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_only_the_outermost_transaction_is_begun_anew():
    attempts = []

    @retried_transaction
    def outer(failures):
        attempts.append(1)
        Category.objects.create(name="outer", slug="outer")
        return write("inner", failures)

    outer([1])
    assert len(attempts) == 2
    assert set(Category.objects.values_list("name", flat=True)) == {"outer", "inner"}


@pytest.mark.django_db(transaction=True)
def test_another_error_is_not_tried_again():
    attempts = []

    @retried_transaction
    def broken():
        attempts.append(1)
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM nowhere")

    with pytest.raises(Exception, match="nowhere"):
        broken()
    assert len(attempts) == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_not_repeated_for_a_later_errors_sake():
    @retried_transaction
    def committed_then_contended():
        Category.objects.create(name="art", slug="art")
        transaction.on_commit(fail_as_contended)

    with pytest.raises(OperationalError):
        committed_then_contended()
    assert Category.objects.count() == 1
