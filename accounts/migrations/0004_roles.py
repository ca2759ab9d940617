"""The roles: Django groups and what each may do.

Permissions are made by Django after all migrations have run, which is too late for this one, so
it makes those it needs; Django then finds them there. Reversing takes the permissions away and
the groups nobody is in. A group with people in it stays, so that migrating up again gives them
back what they had.
"""

from django.db import migrations

PERMISSIONS = {
    "recommendations.trainedmodel": {
        "manage_recommendations": "Can manage recommendations, jobs and models",
        "ingest_events": "Can record events for anybody",
        "serve_anybody": "Can fetch anybody's recommendations",
    },
    "inventory.item": {
        "publish_lot": "Can publish lots",
        "publish_creation": "Can publish avatars, maps and props",
    },
    "inventory.world": {"run_worlds": "Can register worlds and report their state"},
    "accounts.user": {
        "add_user": "Can add user",
        "change_user": "Can change user",
        "delete_user": "Can delete user",
        "view_user": "Can view user",
    },
}
USERS = ["add_user", "change_user", "delete_user", "view_user"]
ROLES = {
    "recommendation managers": ["manage_recommendations"],
    "sellers": ["publish_lot"],
    "creators": ["publish_creation"],
    "event writers": ["ingest_events"],
    "services": ["serve_anybody", "ingest_events", "run_worlds"],
}
ROLES["administrators"] = sorted({*USERS, *(name for role in ROLES.values() for name in role)})


def give(apps, schema_editor):
    permissions = permissions_by_codename(apps, schema_editor.connection.alias)
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    for role, codenames in ROLES.items():
        group, _ = groups.get_or_create(name=role)
        group.permissions.set([permissions[codename] for codename in codenames])


def take(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    roles = groups.filter(name__in=ROLES)
    for group in roles:
        group.permissions.clear()
    roles.filter(user=None, role_grants=None).delete()


def permissions_by_codename(apps, alias):
    content_types = apps.get_model("contenttypes", "ContentType").objects.using(alias)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    made = {}
    for model, names in PERMISSIONS.items():
        app_label, model_name = model.split(".")
        content_type, _ = content_types.get_or_create(app_label=app_label, model=model_name)
        for codename, name in names.items():
            made[codename], _ = permissions.get_or_create(
                content_type=content_type, codename=codename, defaults={"name": name}
            )
    return made


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_seller_delegations"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(give, take)]
