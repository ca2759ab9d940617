"""Asking for items by their metadata, and counting what they say, over REST."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Item
from tests.inventory.test_jsonld_rest import DC, SCHEMA, post

pytestmark = pytest.mark.usefixtures("offline")


@pytest.mark.django_db
class TestQueries:
    def describe(self, client, *subjects):
        document = {"@context": {"dc": DC, "s": SCHEMA}, "dc:subject": list(subjects)}
        post(client, {**document, "s:name": "-".join(subjects)})
        return Item.objects.latest("pk")

    def names(self, client, *expressions):
        found = client.get("/api/v1/items/", {"meta": expressions})
        assert found.status_code == 200, found.content
        return {row["title"] for row in found.json()["results"]}

    def test_repeated_expressions_must_all_hold(self, api, owner):
        client = api(owner)
        self.describe(client, "fox", "owl")
        self.describe(client, "fox")
        assert self.names(client, "dc:subject=fox") == {"fox", "fox-owl"}
        assert self.names(client, "dc:subject=fox", "dc:subject!=owl") == {"fox"}

    def test_facets_count_what_the_filters_leave(self, api, owner):
        client = api(owner)
        self.describe(client, "fox", "owl")
        self.describe(client, "fox")
        found = client.get("/api/v1/items/facets/", {"by": "dc:subject"}).json()
        assert [(facet["value"], facet["count"]) for facet in found] == [("fox", 2), ("owl", 1)]
        narrowed = {"by": "dc:subject", "meta": "dc:subject=owl"}
        found = client.get("/api/v1/items/facets/", narrowed).json()
        assert [(facet["value"], facet["count"]) for facet in found] == [("fox", 1), ("owl", 1)]

    def test_facets_are_counted_once_a_minute_for_each_person(
        self, api, owner, stranger, time_stands_still
    ):
        client = api(owner)
        self.describe(client, "fox")
        ask = {"by": "dc:subject"}
        before = client.get("/api/v1/items/facets/", ask).json()
        assert [facet["count"] for facet in before] == [1]
        self.describe(client, "fox")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/api/v1/items/facets/", ask).json() == before
            odd = {"by": "<http://purl.org/dc/elements/1.1/subject>", "x": "1", "kind": ""}
            assert client.get("/api/v1/items/facets/", odd).json() == before
        assert not any("inventory_itemattribute" in query["sql"] for query in queries)
        assert api(stranger).get("/api/v1/items/facets/", ask).json() == []
        cache.clear()
        assert client.get("/api/v1/items/facets/", ask).json()[0]["count"] == 2

    def test_strangers_neither_find_nor_count_anothers_drafts(self, api, owner, stranger):
        self.describe(api(owner), "fox")
        assert self.names(api(stranger), "dc:subject=fox") == set()
        assert api().get("/api/v1/items/facets/", {"by": "dc:subject"}).json() == []

    @pytest.mark.parametrize("query", ["meta=fox", "meta=nope:x=1", "meta=dc:date>=x", "meta=%00"])
    def test_malformed_query_is_refused_under_its_field(self, api, db, query):
        response = api().get(f"/api/v1/items/?{query}")
        assert response.status_code == 400
        assert response.json()["fields"]["meta"]

    @pytest.mark.parametrize("query", ["", "by=", "by=fox", "by=nope:x"])
    def test_facets_of_an_unknown_name_are_refused(self, api, db, query):
        response = api().get(f"/api/v1/items/facets/?{query}")
        assert (response.status_code, response.json()["fields"].keys()) == (400, {"by"})
