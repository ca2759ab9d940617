from rest_framework.routers import SimpleRouter

from inventory.rest.collections.views import WatchlistViewSet

router = SimpleRouter()
router.register("watchlist", WatchlistViewSet, basename="watchlist")

urlpatterns = router.urls
