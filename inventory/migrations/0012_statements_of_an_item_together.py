"""On PostgreSQL: what each item says in one row, so that an index tells who says several things.

Statements have a row each, and no index of rows tells what two of them say of one item: each of
thousands is looked up instead. Here an inverted index has them together (`either_way.told_by`).
The rows are kept by triggers: they are an index, not data. A key is 64 bits of a statement's
predicate and beginning, in hexadecimal digits.
"""

from django.db import migrations

KEYS = """
SELECT item_id, array_to_tsvector(array_agg(left(md5(predicate || ' ' || head), 16))) AS keys
FROM inventory_itemattribute
"""
CREATE = (
    "CREATE TABLE inventory_itemsaid (item_id bigint PRIMARY KEY, keys tsvector NOT NULL)",
    f"INSERT INTO inventory_itemsaid {KEYS} GROUP BY item_id",
    "CREATE INDEX item_said ON inventory_itemsaid USING gin (keys) WITH (fastupdate = off)",
    # Who waited for the item's lock sees what the other has said: a statement sees what is
    # committed when it begins.
    f"""
    CREATE FUNCTION inventory_keep_said() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'TRUNCATE' THEN
            TRUNCATE inventory_itemsaid;
            RETURN NULL;
        END IF;
        PERFORM FROM inventory_item WHERE id IN (SELECT item_id FROM changed)
        ORDER BY id FOR NO KEY UPDATE;
        INSERT INTO inventory_itemsaid AS known {KEYS}
        WHERE item_id IN (SELECT item_id FROM changed) GROUP BY item_id ORDER BY item_id
        ON CONFLICT (item_id) DO UPDATE SET keys = EXCLUDED.keys
        WHERE known.keys <> EXCLUDED.keys;
        DELETE FROM inventory_itemsaid AS known
        WHERE item_id IN (SELECT item_id FROM changed) AND NOT EXISTS (
            SELECT FROM inventory_itemattribute AS said WHERE said.item_id = known.item_id
        );
        RETURN NULL;
    END $$
    """,
    *(
        f"CREATE TRIGGER said_{event.lower()} AFTER {event} ON inventory_itemattribute"
        f" {seen} FOR EACH STATEMENT EXECUTE FUNCTION inventory_keep_said()"
        for event, seen in {
            "INSERT": "REFERENCING NEW TABLE AS changed",
            "UPDATE": "REFERENCING NEW TABLE AS changed",
            "DELETE": "REFERENCING OLD TABLE AS changed",
            "TRUNCATE": "",
        }.items()
    ),
)
DROP = (
    "DROP FUNCTION inventory_keep_said CASCADE",
    "DROP TABLE inventory_itemsaid",
)


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in CREATE:
            schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for statement in DROP:
            schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("inventory", "0011_statements_told_in_time")]

    operations = [migrations.RunPython(create, drop)]
