"""Full text search on PostgreSQL, in the very words of `inventory.querysets.Matches`."""

from django.db import migrations

CREATE = """
CREATE INDEX item_text ON inventory_item
USING gin (to_tsvector('english', title || ' ' || description))
"""


def create_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREATE)


def drop_index(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX item_text")


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [migrations.RunPython(create_index, drop_index)]
