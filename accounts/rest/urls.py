from django.urls import path

from accounts.rest import views

urlpatterns = [
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
