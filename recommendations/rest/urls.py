from django.urls import path
from rest_framework.routers import SimpleRouter

from recommendations.rest.events.views import EventViewSet, WorldVisitView
from recommendations.rest.operations.views import CacheView, ClearCacheView
from recommendations.rest.served.views import (
    ForBagView,
    ForItemsView,
    HomeListView,
    PopularListView,
    SimilarListView,
    WhyView,
)
from recommendations.rest.stored.views import (
    ItemSimilarityViewSet,
    RecommendedItemViewSet,
    UserInterestViewSet,
)

router = SimpleRouter()
router.register("events", EventViewSet, basename="event")
router.register("interests", UserInterestViewSet, basename="interest")
router.register("recommended-items", RecommendedItemViewSet, basename="recommended-item")
router.register("item-similarities", ItemSimilarityViewSet, basename="item-similarity")

urlpatterns = [
    path("recommendations/", HomeListView.as_view(), name="recommendations"),
    path("items/<int:item_id>/similar/", SimilarListView.as_view(), name="similar-items"),
    path("recommendations/popular/", PopularListView.as_view(), name="popular"),
    path("recommendations/for-items/", ForItemsView.as_view(), name="for-items"),
    path("recommendations/why/<int:item_id>/", WhyView.as_view(), name="why"),
    path("bags/<int:bag_id>/recommendations/", ForBagView.as_view(), name="for-bag"),
    path("ops/cache/", CacheView.as_view(), name="cache"),
    path("ops/cache/clear/", ClearCacheView.as_view(), name="cache-clear"),
    *router.urls,
    path("worlds/<int:pk>/visit/", WorldVisitView.as_view(), name="world-visit"),
]
