from django.urls import path

from accounts.pages import views

urlpatterns = [
    path("sign-in/", views.SignInView.as_view(), name="sign-in-page"),
    path("sign-out/", views.SignOutView.as_view(), name="sign-out-page"),
    path("register/", views.register, name="register-page"),
    path("password/", views.PasswordChangeView.as_view(), name="password-change"),
    path("password/reset/", views.PasswordResetView.as_view(), name="password-reset"),
    path(
        "password/reset/sent/",
        views.PasswordResetSentView.as_view(),
        name="password-reset-sent",
    ),
    path(
        "password/reset/<uidb64>/<token>/",
        views.PasswordResetConfirmView.as_view(),
        name="password-reset-confirm",
    ),
    path("me/", views.my_data, name="my-data"),
    path("me/export/", views.export, name="my-export"),
    path("me/erase/", views.erase, name="erase-me"),
]
