"""A person's own settings: language, time zone, and the ways to sign in."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lowdose.clinic.chain import record
from lowdose.clinic.models import User
from lowdose.clinic.pages.access import page, user_of
from lowdose.clinic.permits import Action, may

__all__ = ["addresses"]


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    """Language and time zone."""

    class Meta:
        model = User
        fields = ("language", "time_zone")
        widgets = {
            "language": forms.Select(choices=settings.LANGUAGES),
            "time_zone": forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
        }


@page(Action.SIGNED_IN)
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponseBase:
    """Show and change them."""
    user = user_of(request)
    form = ProfileForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            record("profile_changed", actor=user)
        translation.activate(user.language)
        messages.success(request, _("Saved."))
        return redirect("profile")
    status = 400 if form.errors else 200
    content = {"form": form, "may_have_tokens": may(user, Action.HAVE_TOKENS)}
    return render(request, "clinic/profile.html", content, status=status)


addresses = [path("profile/", profile, name="profile")]
