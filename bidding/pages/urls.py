from django.urls import path

import recsys.lib.pages.addresses  # noqa: F401 (declares the path converter `id`)
from bidding.pages import views

urlpatterns = [
    path("bids/", views.my_bids, name="my-bids"),
    path("bids/<id:item_id>/place/", views.bid, name="place-bid"),
    path("bids/<id:item_id>/buy/", views.buy, name="buy-now"),
]
