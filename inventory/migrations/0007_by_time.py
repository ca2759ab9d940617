from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0006_statements_found_fast")]

    operations = [
        migrations.AddIndex(
            model_name="watchlistitem",
            index=models.Index(fields=["created_at"], name="watchlist_by_time"),
        ),
    ]
