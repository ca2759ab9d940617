"""Every recompute rewrites all rows of its lists, and none of what is indexed. Where a page is half
empty, PostgreSQL keeps a row's new version beside the old one, and no index learns of it: a third of
the work, and tables that do not grow."""

from django.db import migrations

from recsys.lib.migrations import RunSQLOn

TABLES = ["recommendations_recommendeditem", "recommendations_itemsimilarity"]


class Migration(migrations.Migration):
    dependencies = [("recommendations", "0007_lists_without_an_index_by_rank")]

    operations = [
        RunSQLOn(
            "postgresql",
            [f"ALTER TABLE {table} SET (fillfactor = 50)" for table in TABLES],
            [f"ALTER TABLE {table} RESET (fillfactor)" for table in TABLES],
        )
    ]
