"""Statements know when their item was made: what says something is read newest first by index.

PostgreSQL takes an item's id and its time for independent and would expect one row of any join by
both, and sort instead of reading on; of a foreign key it knows better. The key also keeps the two
times the same. Predicates share their columns, so these are sampled more closely.
"""

from django.db import migrations, models
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce

from recsys.lib.migrations import RunSQLOn

TIE = (
    "CREATE UNIQUE INDEX item_and_time ON inventory_item (id, created_at)",
    "ALTER TABLE inventory_itemattribute ADD CONSTRAINT attribute_item_and_time"
    " FOREIGN KEY (item_id, created_at) REFERENCES inventory_item (id, created_at)"
    " ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED",
    "ALTER TABLE inventory_itemattribute ALTER head SET STATISTICS 1000,"
    " ALTER number SET STATISTICS 1000",
)
UNTIE = (
    "ALTER TABLE inventory_itemattribute DROP CONSTRAINT attribute_item_and_time",
    "DROP INDEX item_and_time",
    "ALTER TABLE inventory_itemattribute ALTER head SET STATISTICS -1,"
    " ALTER number SET STATISTICS -1",
)


def copy_times(apps, schema_editor):
    rows = apps.get_model("inventory", "ItemAttribute").objects
    items = apps.get_model("inventory", "Item").objects
    made = items.filter(pk=OuterRef("item")).values("created_at")
    earlier = rows.filter(
        item=OuterRef("item"),
        predicate=OuterRef("predicate"),
        head=OuterRef("head"),
        pk__lt=OuterRef("pk"),
    )
    count = earlier.order_by().values("item").annotate(count=Count("pk")).values("count")
    rows.update(
        created_at=Subquery(made),
        ordinal=Coalesce(Subquery(count), 0, output_field=IntegerField()),
    )


class Migration(migrations.Migration):
    dependencies = [("inventory", "0008_counts_without_an_index")]

    operations = [
        migrations.AddField(
            model_name="itemattribute",
            name="created_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="itemattribute",
            name="ordinal",
            field=models.PositiveSmallIntegerField(
                default=0,
                editable=False,
                help_text="Among those of the item that begin with the same.",
            ),
        ),
        migrations.RunPython(copy_times, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="itemattribute",
            name="created_at",
            field=models.DateTimeField(
                editable=False,
                help_text="The item's: its index is in the order of a list's pages.",
            ),
        ),
        migrations.RemoveIndex(model_name="itemattribute", name="attribute_value"),
        migrations.AddConstraint(
            model_name="itemattribute",
            constraint=models.UniqueConstraint(
                fields=("predicate", "head", "created_at", "item", "ordinal"),
                name="attribute_value",
                opclasses=[
                    "varchar_ops",
                    "varchar_pattern_ops",
                    "timestamptz_ops",
                    "int8_ops",
                    "int2_ops",
                ],
            ),
        ),
        RunSQLOn("postgresql", TIE, UNTIE),
    ]
