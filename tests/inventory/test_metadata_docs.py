"""The documentation's examples and claims hold."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from inventory.models import Item
from inventory.queries import items_with_metadata
from recsys.lib.jsonld.contexts import bundled_terms
from recsys.lib.jsonld.loader import ACTIVITYSTREAMS, SCHEMA_ORG

pytestmark = pytest.mark.usefixtures("offline")

DOCS = Path(settings.BASE_DIR) / "docs"
EXAMPLES = sorted((DOCS / "examples").glob("*.*ltf")) + sorted(
    (DOCS / "examples").glob("*.jsonld")
)


@pytest.mark.django_db
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_example_is_imported_whole(path, owner):
    call_command("import_jsonld", str(path), "--seller", str(owner.pk), verbosity=0)
    assert Item.objects.get().attributes.count() > 3
    assert f"examples/{path.name}" in (DOCS / "metadata.md").read_text()


@pytest.mark.django_db
def test_documented_queries_find_the_documented_example(owner):
    path = DOCS / "examples" / "dublin-core.jsonld"
    call_command("import_jsonld", str(path), "--seller", str(owner.pk), verbosity=0)
    for expression in (
        "dc:subject=fox",
        "dc:date<=2024-05-01",
        "dc:title~Fu",
        "dc:title=Fuchs@de",
    ):
        assert items_with_metadata(expression).count() == 1


def test_collision_table_names_every_word_the_two_core_contexts_disagree_on():
    page = (DOCS / "metadata.md").read_text()
    schema, activity = bundled_terms(SCHEMA_ORG), bundled_terms(ACTIVITYSTREAMS)
    disagreeing = {
        word for word in schema.keys() & activity.keys() if schema[word] != activity[word]
    }
    assert disagreeing
    assert {word for word in disagreeing if f"`{word}`" not in page} == {"CollectionPage"}
