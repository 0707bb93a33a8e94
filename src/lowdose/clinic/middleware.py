"""What happens around every request: what cannot be text is refused; language and zone, the second
factor, private answers."""

from __future__ import annotations

import time
import zoneinfo
from collections.abc import Callable
from datetime import UTC, tzinfo

from allauth.mfa.utils import is_mfa_enabled
from csp.constants import HEADER
from csp.utils import build_policy
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import get_user
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from lowdose.clinic.pages.files import keep_as_file
from lowdose.clinic.sessions import note_use

__all__ = [
    "FACTOR_PASSED",
    "Handler",
    "expected",
    "measured",
    "person",
    "policy",
    "private",
    "readable",
    "second_factor",
    "zone_of",
]

Handler = Callable[[HttpRequest], HttpResponse]

_OPEN_TO_ALL = ("/account/", "/static/", "/language/", "/health", "/invitation/")
_METHODS = ("GET", "HEAD", "POST")
_REFRESH_SECONDS = 120
_CLICKED = "clicked"
_NO_TEXT = ("\0", "\ufffd")  # what no database stores, and what bytes that are no text become
FACTOR_PASSED = "second_factor"
"""In a session: this person has a second factor."""
_LARGEST_BODY = 5 * 2**20 + 2**16  # an upload of 5 MiB and the form around it


def measured(get_response: Handler) -> Handler:
    """Refuse what is too large before anything of it is read or written to a disk."""

    def handle(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length[:12]) > _LARGEST_BODY:
            return _too_large(request)
        return get_response(request)

    return handle


def policy(get_response: Handler) -> Handler:
    """Say what a page may load: composed once, since no page has a policy of its own."""
    said = build_policy()

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response[HEADER] = said
        return response

    return handle


def _too_large(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        fault = {"place": "body", "value": "too large", "expected": "at most 5 MiB", "remedy": ""}
        return JsonResponse({"faults": [fault]}, status=413)
    text = _("Too large: at most 5 MiB. Nothing was stored.")
    return HttpResponse(text, status=413, content_type="text/plain; charset=utf-8")


def expected(get_response: Handler) -> Handler:
    """Refuse methods that no page has, and what the API is sent in another form than JSON."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            if request.method == "POST" and not _is_json(request):
                fault = {"place": "Content-Type", "value": "another", "expected": "JSON"}
                return JsonResponse({"faults": [{**fault, "remedy": ""}]}, status=415)
        elif request.method not in _METHODS:
            return HttpResponseNotAllowed(_METHODS)
        return get_response(request)

    return handle


def _is_json(request: HttpRequest) -> bool:
    """Whether it says so; where nothing is sent, nothing has to be said."""
    kind = request.content_type or ""
    empty = request.META.get("CONTENT_LENGTH") in {None, "", "0"}
    return kind == "application/json" or kind.endswith("+json") or (empty and not kind)


def person(get_response: Handler) -> Handler:
    """Speak the person's language, keep the person's time; a click keeps a staff session alive."""

    def handle(request: HttpRequest) -> HttpResponse:
        # the person, instead of what stands in for one until asked: asked for a hundred times
        request.user = user = get_user(request)
        if not user.is_authenticated:
            return get_response(request)
        translation.activate(user.language)
        request.LANGUAGE_CODE = translation.get_language()
        if not user.is_patient:
            _keep_alive(request)
        note_use(request)
        with timezone.override(zone_of(user.time_zone)):
            return get_response(request)

    return handle


def zone_of(name: str) -> tzinfo:
    """The time zone of this name; UTC where this machine does not know it."""
    try:
        return zoneinfo.ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def _keep_alive(request: HttpRequest) -> None:
    """Store that somebody clicked, now and then: a page that only reads should not write."""
    now = int(time.time())
    if not 0 <= now - request.session.get(_CLICKED, 0) <= _REFRESH_SECONDS:
        request.session[_CLICKED] = now
        request.session.set_expiry(settings.STAFF_SESSION_SECONDS)


def readable(get_response: Handler) -> Handler:
    """Refuse, with a page that says so, what is no text: so no form has to look for it."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            return get_response(request)  # whose schemas look at every text
        if not all(map(_is_text, (request.GET, request.POST))) or _is_bytes(request):
            raise BadRequest
        return get_response(request)

    return handle


def _is_text(sent: QueryDict) -> bool:
    texts = (text for name, values in sent.lists() for text in (name, *values))
    return not any(bad in text for text in texts for bad in _NO_TEXT)


def _is_bytes(request: HttpRequest) -> bool:
    if request.content_type != "application/x-www-form-urlencoded":
        return False
    try:
        request.body.decode()  # otherwise read as if it were Latin-1
    except UnicodeDecodeError:
        return True
    return False


def second_factor(get_response: Handler) -> Handler:
    """Staff without a second factor come no further than the page where they add one."""

    def handle(request: HttpRequest) -> HttpResponse:
        if _lacks_factor(request):
            text = _("Please add a passkey or an authenticator app first.")
            messages.info(request, text, fail_silently=True)  # an entry has nowhere to keep it
            return redirect("mfa_index")
        return get_response(request)

    return handle


def _lacks_factor(request: HttpRequest) -> bool:
    if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
        return False
    user = request.user
    if (
        user.is_patient
        or request.path.startswith(_OPEN_TO_ALL)
        or request.session.get(FACTOR_PASSED)
    ):
        return False
    if not is_mfa_enabled(user):
        return True
    request.session[FACTOR_PASSED] = True
    return False


def private(get_response: Handler) -> Handler:
    """No browser and no proxy keeps what a person was shown."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        patch_vary_headers(response, ["Cookie"])
        if request.path.startswith("/api/"):
            keep_as_file(response, "answer.json")
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        return response

    return handle
