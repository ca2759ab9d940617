import json
from html import unescape

import pytest

from recsys.lib.jsonld.vocabulary import TERMS, own_address, own_context


def test_programs_get_the_context_from_its_own_address(client, settings):
    address = own_address().removeprefix(settings.PUBLIC_URL)
    for accept in ("application/ld+json", "application/json", "*/*"):
        response = client.get(address, HTTP_ACCEPT=accept)
        assert response["Content-Type"] == "application/ld+json"
        assert json.loads(response.content) == own_context(f"{own_address()}#")
        assert "public" in response["Cache-Control"]
        assert response["Access-Control-Allow-Origin"] == "*"


def test_every_term_is_protected_and_explained_where_its_iri_leads(client, settings):
    address = own_address().removeprefix(settings.PUBLIC_URL)
    page = client.get(address, HTTP_ACCEPT="text/html,*/*;q=0.8").content.decode()
    assert own_context(f"{own_address()}#")["@context"]["@protected"] is True
    for term in TERMS:
        assert f'id="{term.name}"' in page
        assert term.meaning in unescape(page)


@pytest.mark.django_db
def test_page_is_one_of_the_sites_and_kept_by_no_shared_cache(client, settings, owner):
    client.force_login(owner)
    address = own_address().removeprefix(settings.PUBLIC_URL)
    response = client.get(address, HTTP_ACCEPT="text/html")
    assert '<header class="top">' in response.content.decode()
    assert owner.username in response.content.decode()
    assert "public" not in response.get("Cache-Control", "")
    assert "Access-Control-Allow-Origin" not in response
    assert {"Accept", "Cookie"} <= set(response["Vary"].split(", "))
    assert b"<style" not in response.content  # the policy of the site's pages would not let it in
