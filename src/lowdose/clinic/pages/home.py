"""The first page after signing in, the language, and whether the application is up."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone

from lowdose.clinic.models import Role
from lowdose.clinic.pages.access import page, public, user_of
from lowdose.clinic.permits import Action
from lowdose.clinic.statements import carry_out
from lowdose.clinic.verbs.alerts import alerts
from lowdose.clinic.verbs.checking import last_check, worker_state

__all__ = ["closed", "health", "home"]

_OF_PROXIES = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Via")
_FIRST = {
    Role.PRESCRIBER: "courses",
    Role.PHARMACIST: "pharmacy",
    Role.PATIENT: "diary",
    Role.RESEARCHER: "research",
    Role.ADMINISTRATOR: "people",
}


@page(Action.SIGNED_IN)
def home(request: HttpRequest) -> HttpResponseBase:
    """Each role has a first page of its own."""
    return redirect(_FIRST[Role(user_of(request).role)])


@public
def closed(request: HttpRequest, **_rest: str) -> HttpResponse:  # noqa: ARG001
    """A page of the sign-in package that this site does not have."""
    raise Http404


@public
def health(request: HttpRequest) -> HttpResponse:
    """For a supervisor: the application answers and reaches its database.

    With ?detail, and from this machine itself, also the kinds of what wants attention.
    """
    carry_out("SELECT 1", [])
    said: dict[str, Any] = {"status": "ok"}
    if "detail" in request.GET and _from_here(request):
        found = alerts(timezone.now(), last_check(), worker_state())
        said["attention"] = sorted({alert.kind for alert in found})
    return JsonResponse(said)


def _from_here(request: HttpRequest) -> bool:
    """Not through a proxy on this machine, which brings everybody's requests."""
    here = request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}
    return here and not any(name in request.headers for name in _OF_PROXIES)
