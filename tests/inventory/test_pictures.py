from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.data import Kind
from inventory.pictures import LOTS, draw

SVG = "{http://www.w3.org/2000/svg}"
SPOKEN_OF = [words[0] for words in LOTS.values()]
categories = st.sampled_from([*SPOKEN_OF, "other"]) | st.from_regex(
    r"[a-z0-9_-]{1,40}", fullmatch=True
)
items = st.integers(1, 2**63 - 1)


@given(kind=st.sampled_from(Kind.values), category=categories, item=items)
def test_any_item_has_a_small_picture_that_is_always_the_same(kind, category, item):
    picture = draw(kind, category, item)
    assert picture == draw(kind, category, item)
    assert len(picture) < 6_000
    shapes = {element.tag.removeprefix(SVG) for element in ET.fromstring(picture).iter()}  # noqa: S314
    assert not shapes & {"script", "style", "image", "foreignObject", "a"}
    assert len(shapes) > 2


def test_neighbours_on_a_shelf_look_alike_but_not_the_same():
    first, second = (draw("lot", "cameras", item) for item in (1, 2))
    assert first != second


@pytest.mark.parametrize("category", SPOKEN_OF)
def test_a_shelf_shows_what_its_name_speaks_of(category):
    def shapes(of):
        return [element.tag for element in ET.fromstring(draw("lot", of, 1)).iter()]  # noqa: S314

    assert shapes(f"old-{category}s") != shapes("other")
