from rest_framework.routers import SimpleRouter

from inventory.rest.collections.views import WatchlistViewSet
from inventory.rest.views import CategoryViewSet, ItemViewSet

router = SimpleRouter()
router.register("categories", CategoryViewSet, basename="category")
router.register("items", ItemViewSet, basename="item")
router.register("watchlist", WatchlistViewSet, basename="watchlist")

urlpatterns = router.urls
