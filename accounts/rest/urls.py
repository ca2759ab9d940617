from django.urls import path
from rest_framework.routers import SimpleRouter

from accounts.rest import views
from accounts.rest.people import BlockViewSet, FriendViewSet, PersonViewSet

router = SimpleRouter()
router.register("people", PersonViewSet, basename="person")
router.register("friends", FriendViewSet, basename="friend")
router.register("blocks", BlockViewSet, basename="block")

urlpatterns = [
    *router.urls,
    path("auth/register/", views.RegisterView.as_view(), name="register"),
    path("auth/sign-in/", views.SignInView.as_view(), name="sign-in"),
    path("auth/sign-out/", views.SignOutView.as_view(), name="sign-out"),
    path(
        "auth/sign-out-everywhere/",
        views.SignOutEverywhereView.as_view(),
        name="sign-out-everywhere",
    ),
    path("me/", views.MeView.as_view(), name="me"),
    path("me/export/", views.ExportView.as_view(), name="me-export"),
]
