from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm

from accounts.forms import SignInForm


class AdminSignInForm(SignInForm, AdminAuthenticationForm):
    """For staff only; tries are limited as at every door."""


admin.site.login_form = AdminSignInForm
