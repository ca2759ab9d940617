from rest_framework.routers import SimpleRouter

from inventory.rest.collections.bag_views import ID, BagViewSet
from inventory.rest.collections.entry_views import BagEntryViewSet
from inventory.rest.collections.watchlist_views import WatchlistViewSet
from inventory.rest.views import CategoryViewSet, ItemViewSet
from inventory.rest.worlds.views import HappeningViewSet, WorldViewSet

router = SimpleRouter()
router.register("categories", CategoryViewSet, basename="category")
router.register("items", ItemViewSet, basename="item")
router.register("bags", BagViewSet, basename="bag")
router.register(f"bags/(?P<bag_id>{ID})/entries", BagEntryViewSet, basename="bag-entry")
router.register("worlds", WorldViewSet, basename="world")
router.register("happenings", HappeningViewSet, basename="happening")
router.register("watchlist", WatchlistViewSet, basename="watchlist")

urlpatterns = router.urls
