"""Items are asked what they say by one index, and PostgreSQL is told what goes with what.

Without the statistics its planner takes predicate and value for independent, expects a tenth of
the rows or fewer, and sorts them all where reading the newest items would find a page at once.
"""

from django.db import migrations, models

from recsys.lib.migrations import RunSQLOn

CREATE = """
CREATE STATISTICS attribute_said (ndistinct, dependencies, mcv)
ON predicate, head FROM inventory_itemattribute
"""


class Migration(migrations.Migration):
    dependencies = [("inventory", "0005_sharing_and_worlds")]

    operations = [
        migrations.RemoveIndex(model_name="itemattribute", name="attribute_of_item"),
        migrations.AddIndex(
            model_name="itemattribute",
            index=models.Index(
                fields=["item", "predicate", "head", "number"], name="attribute_of_item"
            ),
        ),
        RunSQLOn("postgresql", [CREATE], ["DROP STATISTICS attribute_said"]),
    ]
