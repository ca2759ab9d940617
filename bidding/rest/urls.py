from django.urls import path
from rest_framework.routers import SimpleRouter

from bidding.rest.views import BuyView, LotBidsView, OrderViewSet, OwnBidViewSet

router = SimpleRouter()
router.register("bids", OwnBidViewSet, basename="bid")
router.register("orders", OrderViewSet, basename="order")

urlpatterns = [
    path("items/<int:item_id>/bids/", LotBidsView.as_view(), name="lot-bids"),
    path("items/<int:item_id>/buy/", BuyView.as_view(), name="lot-buy"),
    *router.urls,
]
