from django.apps import AppConfig


class TableCacheConfig(AppConfig):
    name = "recsys.lib.tablecache"
