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


def test_a_manager_makes_moves_and_deletes_a_category(api, tree, manager):
    client = api(manager)
    made = client.post(URL, {"name": "Water colours", "parent": "paintings"})
    assert made.status_code == 201
    assert [link["slug"] for link in made.json()["path"]] == ["art", "paintings", "water-colours"]

    moved = client.patch(f"{URL}paintings/", {"parent": "tools", "slug": "pictures"}).json()
    assert [link["slug"] for link in moved["path"]] == ["tools", "pictures"]
    assert [child["slug"] for child in moved["children"]] == ["oils", "water-colours"]

    assert client.delete(f"{URL}oils/").status_code == 204
    answer = client.delete(f"{URL}pictures/")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_empty")


@pytest.mark.parametrize(
    ("method", "path"), [("post", ""), ("patch", "art/"), ("delete", "oils/")]
)
def test_others_may_not_change_categories(api, tree, stranger, method, path):
    for caller, status in ((api(), 401), (api(stranger), 403)):
        assert getattr(caller, method)(URL + path, {"name": "Mine"}).status_code == status


@pytest.mark.parametrize("parent", ["art", "paintings", "oils"])
def test_a_category_cannot_lie_within_itself(api, tree, manager, parent):
    answer = api(manager).patch(f"{URL}art/", {"parent": parent})
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["parent"])


def test_categories_nest_ten_levels_deep_at_most(api, manager):
    parent = None
    for level in range(10):
        parent = CategoryFactory(slug=f"level-{level}", parent=parent)
    chain = CategoryFactory(slug="below", parent=CategoryFactory(slug="chain"))
    client = api(manager)
    assert client.post(URL, {"name": "Deeper", "parent": "level-9"}).status_code == 400
    assert client.patch(f"{URL}chain/", {"parent": "level-8"}).status_code == 400
    assert client.patch(f"{URL}chain/", {"parent": "level-7"}).status_code == 200
    assert chain.slug in api().get(f"{URL}level-0/").content.decode()


@pytest.mark.parametrize(
    "fields", [{"name": ""}, {"slug": "art"}, {"slug": "a b"}, {"parent": "none"}, {"parent": -1}]
)
def test_a_malformed_category_is_refused(api, tree, manager, fields):
    answer = api(manager).post(URL, {"name": "New"} | fields)
    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == list(fields)
