from rest_framework.routers import SimpleRouter

from recommendations.rest.stored.views import (
    ItemSimilarityViewSet,
    RecommendedItemViewSet,
    UserInterestViewSet,
)

router = SimpleRouter()
router.register("interests", UserInterestViewSet, basename="interest")
router.register("recommended-items", RecommendedItemViewSet, basename="recommended-item")
router.register("item-similarities", ItemSimilarityViewSet, basename="item-similarity")

urlpatterns = router.urls
