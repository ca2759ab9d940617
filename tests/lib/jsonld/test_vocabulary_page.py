import json

from django.utils.html import escape

from recsys.lib.jsonld.vocabulary import TERMS, own_address, own_context


def test_programs_get_the_context_from_its_own_address(client, settings):
    address = own_address().removeprefix(settings.PUBLIC_URL)
    for accept in ("application/ld+json", "application/json", "*/*"):
        response = client.get(address, HTTP_ACCEPT=accept)
        assert response["Content-Type"] == "application/ld+json"
        assert json.loads(response.content) == own_context(f"{own_address()}#")


def test_every_term_is_protected_and_explained_where_its_iri_leads(client, settings):
    address = own_address().removeprefix(settings.PUBLIC_URL)
    page = client.get(address, HTTP_ACCEPT="text/html,*/*;q=0.8").content.decode()
    assert own_context(f"{own_address()}#")["@context"]["@protected"] is True
    for term in TERMS:
        assert f'id="{term.name}"' in page
        assert escape(term.meaning) in page
