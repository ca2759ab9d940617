"""A bid or a watch changes an item's row in place: no index holds what they change.

On PostgreSQL pages keep room for that: rows that were filled in bulk would have to move, and with
them every entry of every index, the text's among them.
"""

from django.db import migrations

from recsys.lib.migrations import RunSQLOn


class Migration(migrations.Migration):
    dependencies = [("inventory", "0007_by_time")]

    operations = [
        migrations.RemoveIndex(model_name="item", name="item_popular"),
        RunSQLOn(
            "postgresql",
            ["ALTER TABLE inventory_item SET (fillfactor = 85)"],
            ["ALTER TABLE inventory_item RESET (fillfactor)"],
        ),
    ]
