import pytest
from django.core.cache import cache

from recsys.lib import kept as module
from recsys.lib.errors import Unavailable
from recsys.lib.kept import kept

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def impatient(monkeypatch, time_stands_still):
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(module, "PAUSE_SECONDS", 0.001)
    cache.clear()


def ask(answer, fresh=60):
    return kept("key", lambda: answer, turn="turn", fresh=fresh, stale=600)


def test_answer_is_computed_once_while_it_is_fresh():
    assert [ask("first"), ask("second")] == ["first", "first"]


def test_old_answer_is_computed_anew():
    assert [ask("first", fresh=0), ask("second")] == ["first", "second"]


def test_old_answer_is_given_while_another_computes():
    ask("first", fresh=0)
    cache.add("turn", True, 60)
    assert ask("second") == "first"


def test_who_has_no_answer_waits_and_is_then_refused_without_computing():
    cache.add("turn", True, 60)
    computed = []
    with pytest.raises(Unavailable) as refusal:
        kept("key", lambda: computed.append(1), turn="turn", fresh=60, stale=600)
    assert refusal.value.retry_after
    assert computed == []


def test_who_waits_gets_what_the_other_computed(monkeypatch):
    cache.add("turn", True, 60)
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 60)
    answers = iter([lambda: None, lambda: (cache.delete("turn"), ask("theirs"))])
    monkeypatch.setattr(module.time, "sleep", lambda _: next(answers)())
    assert ask("ours") == "theirs"


def test_turn_is_given_back_by_who_fails():
    def fail():
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        kept("key", fail, turn="turn", fresh=60, stale=600)
    assert ask("next") == "next"
