"""Where a person is signed in: see it, and end one session or all others."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from lowdose.clinic.models import Session
from lowdose.clinic.pages.access import page, user_of
from lowdose.clinic.permits import Action
from lowdose.clinic.verbs.sessions import end_others, end_session, running_sessions
from lowdose.clinic.verbs.sign_in_changes import changes_of

__all__ = ["addresses"]

_SHOWN = 50


@page(Action.SIGNED_IN)
@require_GET
def session_list(request: HttpRequest) -> HttpResponse:
    """The person's sessions: the device in words, since when, when last used."""
    found = running_sessions(user_of(request), timezone.now())[:_SHOWN]
    key = request.session.session_key
    rows = [{"session": one, "device": _device(one), "is_this": one.pk == key} for one in found]
    return render(
        request,
        "clinic/sessions.html",
        {"rows": rows, "others": len(rows) > 1, "changes": changes_of(user_of(request))},
    )


def _device(session: Session) -> str:
    browser = session.browser or _("A browser")
    if not session.system:
        return browser
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": session.system}


@page(Action.SIGNED_IN)
@require_POST
def end_one(request: HttpRequest, pk: UUID) -> HttpResponse:
    """End one of the person's sessions."""
    if not end_session(user_of(request), pk):
        raise Http404
    messages.success(request, _("Signed out there."))
    return redirect("sessions")


@page(Action.SIGNED_IN)
@require_POST
def end_rest(request: HttpRequest) -> HttpResponse:
    """End all of the person's sessions but this one."""
    ended = end_others(user_of(request), but=request.session.session_key or "")
    said = ngettext("Signed out on %(n)s device.", "Signed out on %(n)s devices.", ended)
    messages.success(request, said % {"n": ended})
    return redirect("sessions")


addresses = [
    path("profile/sessions/", session_list, name="sessions"),
    path("profile/sessions/others/end", end_rest, name="end_sessions"),
    path("profile/sessions/<uuid:pk>/end", end_one, name="end_session"),
]
