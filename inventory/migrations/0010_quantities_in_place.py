"""Quantities change in place: half of each page of entries is kept free for it.

A merge may change every entry of a bag at once. Where the page has no room the row moves, and is
entered anew in three indexes: on PostgreSQL that was the larger part of a merge's time.
"""

from django.db import migrations

from recsys.lib.migrations import RunSQLOn


class Migration(migrations.Migration):
    dependencies = [("inventory", "0009_statements_in_page_order")]

    operations = [
        RunSQLOn(
            "postgresql",
            ["ALTER TABLE inventory_bagentry SET (fillfactor = 50)"],
            ["ALTER TABLE inventory_bagentry RESET (fillfactor)"],
        ),
    ]
