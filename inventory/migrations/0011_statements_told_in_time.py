"""One index tells what an item says, and lets what others say be passed over in page order.

Few statements are numbers, so only those are indexed by number. Both rely on a statement's time
being its item's: what a foreign key does on PostgreSQL, a trigger does on SQLite.
"""

from django.db import migrations, models
from django.db.models import Q

from recsys.lib.migrations import RunSQLOn

FOLLOW = """
CREATE TRIGGER attribute_follows_item AFTER UPDATE OF created_at ON inventory_item BEGIN
    UPDATE inventory_itemattribute SET created_at = NEW.created_at WHERE item_id = NEW.id;
END
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0010_quantities_in_place")]

    operations = [
        migrations.RemoveIndex(model_name="itemattribute", name="attribute_of_item"),
        migrations.RemoveIndex(model_name="itemattribute", name="attribute_number"),
        migrations.AddIndex(
            model_name="itemattribute",
            index=models.Index(fields=["item"], name="attribute_of_item"),
        ),
        migrations.AddIndex(
            model_name="itemattribute",
            index=models.Index(
                fields=["predicate", "created_at", "item", "head", "number"],
                name="attribute_in_time",
            ),
        ),
        migrations.AddIndex(
            model_name="itemattribute",
            index=models.Index(
                fields=["predicate", "number", "created_at", "item"],
                condition=Q(number__isnull=False),
                name="attribute_number",
            ),
        ),
        RunSQLOn("sqlite", [FOLLOW], ["DROP TRIGGER attribute_follows_item"]),
    ]
