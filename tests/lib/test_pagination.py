from datetime import UTC, datetime, timedelta

import pytest
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from inventory.models import Item
from recsys.lib.pagination import KeysetPagination, OrderingFilter
from tests.factories import ItemFactory, UserFactory

ORDERINGS = ["id", "-end_at", "end_at", "-bid_count,current_price", "-current_price,end_at"]


class View:
    filter_backends = (OrderingFilter,)
    ordering = ("id",)
    ordering_fields = ("id", "end_at", "bid_count", "current_price")


def page(url):
    paginator = KeysetPagination()
    request = Request(APIRequestFactory().get(url))
    rows = paginator.paginate_queryset(Item.objects.all(), request, View())
    return [row.pk for row in rows], paginator.get_next_link(), paginator.get_previous_link()


@pytest.fixture
def items(db):
    """Thirteen items whose prices, ends and counts are full of ties and nulls."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    seller = UserFactory()
    return [
        ItemFactory(
            seller=seller,
            start_at=None,
            end_at=start + timedelta(microseconds=n % 3) if n % 4 else None,
            current_price=f"{n % 2}.10" if n % 3 else None,
            bid_count=n % 2,
        )
        for n in range(13)
    ]


@pytest.mark.parametrize("ordering", ORDERINGS)
@pytest.mark.parametrize("limit", [1, 2, 5, 13, 14])
def test_pages_forth_and_back_hold_every_row_once_in_one_order(items, ordering, limit):
    forth, links = [], []
    link = f"/?ordering={ordering}&limit={limit}"
    while link:
        rows, link, previous = page(link)
        forth += rows
        links.append(previous)
    assert sorted(forth) == [item.pk for item in items]
    assert links[0] is None

    back, link = [], links[-1]
    while link:
        rows, following, link = page(link)
        assert following is not None
        back = rows + back
    assert forth[: len(back)] == back
    assert len(forth) - len(back) <= limit


def test_nulls_come_last_in_either_direction(items):
    for ordering in ("end_at", "-end_at"):
        rows, _, _ = page(f"/?ordering={ordering}&limit=100")
        ends = [Item.objects.get(pk=pk).end_at for pk in rows]
        assert ends[-4:] == [None] * 4
        assert None not in ends[:-4]


def test_a_page_behind_the_last_row_links_back(items):
    _, following, _ = page("/?limit=12")
    Item.objects.filter(pk=items[-1].pk).delete()
    rows, _, previous = page(following)
    assert rows == []
    assert page(previous)[0] == [item.pk for item in items[:12]]


@pytest.mark.parametrize("cursor", ["", "abc", "cD0x", "W10:1:x", "%00", "é", "a" * 5000])
def test_a_made_up_cursor_is_not_found(items, cursor):
    with pytest.raises(NotFound):
        page(f"/?cursor={cursor}")


def test_a_cursor_of_another_ordering_is_not_found(items):
    _, following, _ = page("/?ordering=id&limit=2")
    with pytest.raises(NotFound):
        page(following.replace("ordering=id", "ordering=end_at"))


@pytest.mark.parametrize(
    "ordering", ["title", "seller__password", "--id", "id,id", "id,-id", "id,"]
)
def test_an_unknown_or_repeated_ordering_is_refused(items, ordering):
    with pytest.raises(ValidationError):
        page(f"/?ordering={ordering}")


@pytest.mark.parametrize("limit", ["0", "-1", "101", "10" * 9, "abc", "1.5", "²", ""])
def test_an_absurd_limit_is_refused(items, limit):
    with pytest.raises(ValidationError):
        page(f"/?limit={limit}")
