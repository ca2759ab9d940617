from django.urls import path

import recsys.lib.pages.addresses  # noqa: F401 (declares the path converter `id`)
from recommendations.pages import home, interests, item

urlpatterns = [
    path("", home.home, name="home"),
    path("items/<id:item_id>/", item.item, name="item-page-by-id"),
    path("items/<id:item_id>/<slug:slug>/", item.item, name="item-page"),
    path("why/<id:item_id>/", item.why, name="why-page"),
    path("interests/", interests.interests, name="my-interests"),
    path("interests/<id:category_id>/remove/", interests.mute, name="mute"),
    path("interests/<id:category_id>/restore/", interests.unmute, name="unmute"),
    path("hidden/<id:item_id>/add/", interests.hide, name="hide"),
    path("hidden/<id:item_id>/remove/", interests.unhide, name="unhide"),
]
