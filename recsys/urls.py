"""The roof: every address, wired to its room."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts.pages.views import change_password_elsewhere
from recsys.lib.health import livez, readyz
from recsys.lib.jsonld.views import vocabulary
from recsys.lib.measures import metrics

handler400 = "recsys.lib.errors.bad_request"
handler403 = "recsys.lib.errors.forbidden"
handler404 = "recsys.lib.errors.page_not_found"
handler500 = "recsys.lib.errors.server_error"

# In the order in which they are tried: what is asked most often first.
api = [
    path("", include("recommendations.rest.urls")),
    path("", include("inventory.rest.urls")),
    path("", include("bidding.rest.urls")),
    path("", include("accounts.rest.urls")),
    path("", include("recsys.lib.jobs.rest.urls")),
]

urlpatterns = [
    path("api/v1/", include(api)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("admin/", include("recommendations.admin.urls")),
    path("admin/password_change/", change_password_elsewhere),
    path("admin/", admin.site.urls),
    path("ns/v1", vocabulary, name="vocabulary"),
    path("livez", livez),
    path("readyz", readyz),
    path("metrics", metrics),
    path("", include("recommendations.pages.urls")),
    path("", include("accounts.pages.urls")),
    path("", include("inventory.pages.urls")),
    path("", include("bidding.pages.urls")),
]
