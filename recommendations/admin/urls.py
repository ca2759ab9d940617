"""Pages of the console that stand before the admin's own."""

from django.contrib import admin
from django.urls import path

from recommendations.admin.cache import cache_page
from recommendations.admin.overview import overview

urlpatterns = [
    path("", admin.site.admin_view(overview)),
    path("cache/<slug:deed>/", admin.site.admin_view(cache_page), name="console-cache"),
]
