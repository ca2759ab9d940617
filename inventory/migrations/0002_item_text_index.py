"""Full text search on PostgreSQL, in the very words of `inventory.querysets.Matches`."""

from django.db import migrations

from recsys.lib.migrations import RunSQLOn

CREATE = """
CREATE INDEX item_text ON inventory_item
USING gin (to_tsvector('english', title || ' ' || description))
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0001_initial")]

    operations = [RunSQLOn("postgresql", [CREATE], ["DROP INDEX item_text"])]
