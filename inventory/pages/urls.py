from django.urls import path

import recsys.lib.pages.addresses  # noqa: F401 (declares the path converter `id`)
from inventory.pages import bags, people, search, watching

urlpatterns = [
    path("search/", search.search, name="search"),
    path("categories/<slug:slug>/", search.category, name="category-page"),
    path("pictures/<slug:kind>/<slug:category>/<id:item>.svg", search.picture, name="picture"),
    path("people/<slug:username>/", people.person, name="person"),
    path("people/<slug:username>/block/", people.block, name="block"),
    path("people/<slug:username>/unblock/", people.unblock, name="unblock"),
    path("watchlist/", watching.watchlist, name="my-watchlist"),
    path("watchlist/<id:item_id>/add/", watching.watch, name="watch"),
    path("watchlist/<id:item_id>/remove/", watching.unwatch, name="unwatch"),
    path("bags/put/<id:item_id>/", bags.put_in, name="put-into-bag"),
    path("bags/", bags.bags, name="my-bags"),
    path("bags/new/", bags.create, name="new-bag"),
    path("bags/<id:bag_id>/", bags.bag, name="bag-page"),
    path("bags/<id:bag_id>/change/", bags.change, name="change-bag"),
    path("bags/<id:bag_id>/delete/", bags.delete, name="delete-bag"),
    path(
        "bags/<id:bag_id>/items/<id:item_id>/",
        bags.set_quantity,
        name="set-bag-quantity",
    ),
    path("bags/<id:bag_id>/items/<id:item_id>/remove/", bags.take_out, name="take-out-of-bag"),
]
