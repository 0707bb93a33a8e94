"""Every address. Each group of pages lists its own in its file."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from lowdose.clinic.api import api
from lowdose.clinic.pages import (
    computed,
    courses,
    diary,
    errors,
    evidence,
    exchange,
    guesses,
    handing_over,
    home,
    offline,
    own,
    patients,
    people,
    pharmacy,
    profile,
    research,
    sessions,
    simulator,
    site,
    tokens,
)

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error

# Looked through in this order: the diary first, which everybody sends to at the same hour.
_GROUPS = (
    diary,
    courses,
    patients,
    pharmacy,
    guesses,
    handing_over,
    offline,
    own,
    exchange,
    evidence,
    simulator,
    computed,
    research,
    profile,
    tokens,
    sessions,
    people,
    site,
)

# Pages of the sign-in package that this site does not have: nothing is ever sent, and nobody signs
# up by themselves.
_CLOSED = (
    "signup/",
    "email/",
    "confirm-email/",
    "confirm-email/<str:_key>/",
    "password/reset/",
    "password/reset/<path:_rest>",
    "password/set/",
)

urlpatterns = [
    *(address for group in _GROUPS for address in group.addresses),
    path("", home.home, name="home"),
    path("health", home.health, name="health"),
    *(path(f"account/{page}", home.closed) for page in _CLOSED),
    path("account/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
]
