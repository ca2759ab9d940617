from django.db import models


class CacheEntry(models.Model):
    """One cached value. `expires_at` is in seconds since the epoch; null never expires."""

    key = models.CharField(primary_key=True, max_length=250)
    value = models.BinaryField()
    expires_at = models.FloatField(null=True)

    class Meta:
        verbose_name_plural = "cache entries"

    def __str__(self) -> str:
        return self.key
