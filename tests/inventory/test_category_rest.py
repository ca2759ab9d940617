import pytest

from tests.factories import CategoryFactory

pytestmark = pytest.mark.django_db
URL = "/api/v1/categories/"


@pytest.fixture
def tree():
    """Art over paintings over oils; tools beside."""
    art = CategoryFactory(name="Art", slug="art")
    paintings = CategoryFactory(name="Paintings", slug="paintings", parent=art)
    oils = CategoryFactory(name="Oils", slug="oils", parent=paintings)
    return art, paintings, oils, CategoryFactory(name="Tools", slug="tools")


def test_the_whole_tree_is_read_in_one_query(api, tree, django_assert_num_queries):
    with django_assert_num_queries(1):
        body = api().get(URL).json()
    assert [root["slug"] for root in body["results"]] == ["art", "tools"]
    below = body["results"][0]["children"][0]
    assert (below["slug"], below["parent"]) == ("paintings", tree[0].pk)
    assert below["children"] == [
        {"id": tree[2].pk, "name": "Oils", "slug": "oils", "parent": tree[1].pk, "children": []}
    ]


def test_one_category_shows_its_path_and_what_lies_below(api, tree, django_assert_num_queries):
    with django_assert_num_queries(1):
        body = api().get(f"{URL}paintings/").json()
    assert [link["slug"] for link in body["path"]] == ["art", "paintings"]
    assert [child["slug"] for child in body["children"]] == ["oils"]


@pytest.mark.parametrize("slug", ["missing", "%00", "1", "ü"])
def test_an_unknown_category_is_not_found(api, tree, slug):
    answer = api().get(f"{URL}{slug}/")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
