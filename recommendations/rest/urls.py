from django.urls import path
from rest_framework.routers import SimpleRouter

from recommendations.rest.events.views import EventViewSet, WorldVisitView
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
    *router.urls,
    path("worlds/<int:pk>/visit/", WorldVisitView.as_view(), name="world-visit"),
]
