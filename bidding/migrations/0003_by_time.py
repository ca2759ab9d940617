from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bidding", "0002_proxy_bids")]

    operations = [
        migrations.AddIndex(
            model_name="bid",
            index=models.Index(fields=["created_at"], name="bid_by_time"),
        ),
    ]
