"""Quantities change in place: half of each page of entries is kept free for it.

A merge may change every entry of a bag at once. Where the page has no room the row moves, and is
entered anew in three indexes: on PostgreSQL that was the larger part of a merge's time.
"""

from django.db import migrations


def keep_room(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE inventory_bagentry SET (fillfactor = 50)")


def fill_pages(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE inventory_bagentry RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [("inventory", "0009_statements_in_page_order")]

    operations = [migrations.RunPython(keep_room, fill_pages)]
