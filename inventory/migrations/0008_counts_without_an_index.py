"""A bid or a watch changes an item's row in place: no index holds what they change.

On PostgreSQL pages keep room for that: rows that were filled in bulk would have to move, and with
them every entry of every index, the text's among them.
"""

from django.db import migrations


def keep_room(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE inventory_item SET (fillfactor = 85)")


def fill_pages(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE inventory_item RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [("inventory", "0007_by_time")]

    operations = [
        migrations.RemoveIndex(model_name="item", name="item_popular"),
        migrations.RunPython(keep_room, fill_pages),
    ]
