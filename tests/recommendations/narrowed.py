"""How the tests of narrowed lists make items that say something, ask, and check an answer."""

from inventory.models import Item
from inventory.queries import narrowed_to
from inventory.services import set_item_metadata
from recommendations.serving import Request, home_list, list_for_items, popular_list, similar_list
from tests.factories import ItemFactory
from tests.recommendations.lists import ids

DC = {"dc": "http://purl.org/dc/elements/1.1/"}


def say(item, subject):
    set_item_metadata(item_id=item.pk, document={"@context": DC, "dc:subject": subject})
    return item


def fox(**fields):
    return say(ItemFactory(**fields), "fox")


def asking(now, user=None, limit=20, **asked):
    return Request(now, limit, user and user.pk, narrowing=narrowed_to(**asked) if asked else None)


def every_list(now, user, item, limit=20, **asked):
    yield home_list(asking(now, user, limit, **asked))
    yield popular_list(asking(now, None, limit, **asked))
    yield similar_list(item.pk, asking(now, None, limit, **asked), actor=user)
    yield list_for_items([item.pk], asking(now, user, limit, **asked))


def check(answer, now, among, limit=20):
    """At most so many, none twice, all live, all fulfilling."""
    found = ids(answer)
    assert len(found) == len(set(found)) <= limit
    assert among.among(found) == set(found)
    assert Item.objects.live(now).filter(pk__in=found).count() == len(found)


def check_order(narrowed, plain):
    """Of each source what both lists hold comes in the same order."""
    for source in {place.candidate.source for place in plain.places}:
        fewer, all_ = (
            [p.candidate.item_id for p in answer.places if p.candidate.source == source]
            for answer in (narrowed, plain)
        )
        assert [pk for pk in fewer if pk in all_] == [pk for pk in all_ if pk in fewer]
