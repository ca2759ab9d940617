"""On PostgreSQL: what each item says in one row, so that an index tells who says several things.

Statements have a row each, and no index of rows tells what two of them say of one item: each of
thousands is looked up instead. Here an inverted index has them together (`recsys.lib.either_way`).
The rows are kept by triggers: they are an index, not data. A key is 64 bits of a statement's
predicate and beginning, in hexadecimal digits.
"""

from django.db import migrations

from recsys.lib.migrations import RunSQLOn

KEYS = """
SELECT item_id, array_to_tsvector(array_agg(left(md5(predicate || ' ' || head), 16))) AS keys
FROM inventory_itemattribute
"""
CREATE = (
    "CREATE TABLE inventory_itemsaid (item_id bigint PRIMARY KEY, keys tsvector NOT NULL)",
    f"INSERT INTO inventory_itemsaid {KEYS} GROUP BY item_id",
    "CREATE INDEX item_said ON inventory_itemsaid USING gin (keys) WITH (fastupdate = off)",
    # Who waited for the items' locks sees what the other has said: a statement sees what is
    # committed when it begins. Its plan is kept for the connection, so it must not be made for
    # tables that are empty yet.
    f"""
    CREATE FUNCTION inventory_keep_said() RETURNS trigger
    LANGUAGE plpgsql SET enable_seqscan = off AS $$
    DECLARE
        items bigint[];
    BEGIN
        IF TG_OP = 'TRUNCATE' THEN
            TRUNCATE inventory_itemsaid;
            RETURN NULL;
        END IF;
        items := ARRAY(SELECT DISTINCT item_id FROM changed);
        PERFORM FROM inventory_item WHERE id = ANY(items) ORDER BY id FOR NO KEY UPDATE;
        INSERT INTO inventory_itemsaid AS known {KEYS}
        WHERE item_id = ANY(items) GROUP BY item_id ORDER BY item_id
        ON CONFLICT (item_id) DO UPDATE SET keys = EXCLUDED.keys
        WHERE known.keys <> EXCLUDED.keys;
        IF TG_OP = 'DELETE' THEN
            DELETE FROM inventory_itemsaid AS known
            WHERE item_id = ANY(items) AND NOT EXISTS (
                SELECT FROM inventory_itemattribute AS said
                WHERE said.item_id = known.item_id OFFSET 0
            );
        END IF;
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


class Migration(migrations.Migration):
    dependencies = [("inventory", "0011_statements_told_in_time")]

    operations = [RunSQLOn("postgresql", CREATE, DROP)]
