"""Joining, signing in, and what is stored about oneself."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import login, logout, views
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import services
from accounts.forms import ChangePasswordForm, SignInForm
from accounts.models import User
from accounts.pages.forms import ErasureForm, RegistrationForm, ResetForm
from accounts.rest.export import export_document
from accounts.throttling import address_of, take_slot, use_up
from recsys.lib.errors import DomainError
from recsys.lib.pages.forms import explain_refusal
from recsys.lib.privacy import export_person


class SignInView(views.LoginView):
    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True
    http_method_names = ["get", "post"]


class SignOutView(views.LogoutView):
    next_page = "/"
    http_method_names = ["post"]


class PasswordChangeView(views.PasswordChangeView):
    template_name = "accounts/password_change.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("my-data")
    http_method_names = ["get", "post"]

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, "Your password is changed.")
        return super().form_valid(form)


class PasswordResetView(views.PasswordResetView):
    template_name = "accounts/password_reset.html"
    email_template_name = "accounts/password_reset_email.txt"
    subject_template_name = "accounts/password_reset_subject.txt"
    form_class = ResetForm
    success_url = reverse_lazy("password-reset-sent")
    http_method_names = ["get", "post"]

    def get_form(self, form_class: Any = None) -> Any:
        form: Any = super().get_form(form_class)
        form.request = self.request
        return form


@require_safe
def change_password_elsewhere(_request: HttpRequest) -> HttpResponse:
    """The console's own form would count no wrong guesses: this one's do."""
    return redirect("password-change")


class PasswordResetSentView(views.PasswordResetDoneView):
    template_name = "accounts/password_reset_sent.html"
    http_method_names = ["get"]


class PasswordResetConfirmView(views.PasswordResetConfirmView):
    template_name = "accounts/password_reset_confirm.html"
    success_url = reverse_lazy("sign-in-page")
    http_method_names = ["get", "post"]

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, "Your password is changed. Sign in with the new one.")
        return super().form_valid(form)


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """Join, and be signed in at once."""
    form = RegistrationForm(request.POST or None)
    if form.is_valid():
        try:
            use_up([take_slot("register", address_of(request))])
            user = services.register(**form.cleaned_data)
        except DomainError as refusal:
            explain_refusal(form, refusal)
        else:
            login(request, user)
            messages.success(request, f"Welcome, {user.username}.")
            return redirect("/")
    return render(request, "accounts/register.html", {"form": form})


@login_required
@require_safe
def my_data(request: HttpRequest) -> HttpResponse:
    return _my_data(request, ErasureForm())


def _my_data(request: HttpRequest, form: ErasureForm) -> HttpResponse:
    sections = [section for section, _ in export_person(cast("int", request.user.pk))]
    context = {"form": form, "sections": sections}
    return render(request, "accounts/my_data.html", context, status=400 if form.errors else 200)


@login_required
@require_safe
def export(request: HttpRequest) -> StreamingHttpResponse:
    """Everything stored about me, as one JSON-LD document, sent as it is read."""
    me = cast("User", request.user)
    return StreamingHttpResponse(
        export_document(me.pk, timezone.now()),
        content_type="application/ld+json",
        headers={"Content-Disposition": f'attachment; filename="{me.username}.jsonld"'},
    )


@login_required
@sensitive_post_parameters("password")
@require_POST
def erase(request: HttpRequest) -> HttpResponse:
    """Forget me, once the password says it is me."""
    form = ErasureForm(request.POST)
    if form.is_valid():
        user = cast("User", request.user)
        try:
            services.erase_account(user=user, now=timezone.now(), **form.cleaned_data)
        except DomainError as refusal:
            explain_refusal(form, refusal)
        else:
            logout(request)
            messages.success(request, "You are forgotten. Thank you for having been here.")
            return redirect("/")
    return _my_data(request, form)
