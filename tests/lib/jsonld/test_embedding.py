import json
from decimal import Decimal

import pytest
from django.template import engines

from recsys.lib.jsonld.embedding import script_text

PAGE = '<script type="application/ld+json">{{ document }}</script>'


@pytest.mark.parametrize(
    "text",
    ["</script><script>alert(1)</script>", "<!--<script>", "]]>", "&amp;", "a\u2028b", "\"'\\"],
)
def test_no_text_ends_the_script_or_changes_on_the_way(text):
    document = {"name": text, text: [text]}
    page = engines["django"].from_string(PAGE).render({"document": script_text(document)})
    inside = page.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set("<>&\u2028") & set(inside)
    assert json.loads(inside) == document


def test_prices_are_text_as_in_the_api():
    assert script_text({"price": Decimal("10.00")}) == '{"price":"10.00"}'
