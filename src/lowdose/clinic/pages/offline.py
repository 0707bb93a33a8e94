"""What lets the diary open without a connection: a shell, a worker that keeps it, a manifest.

None of the three holds anything of a person: they are the same for everybody who speaks the same
language, need no sign-in, and are all that the browser's cache ever gets.
"""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lowdose.clinic.models import Severity
from lowdose.clinic.pages.access import public
from lowdose.clinic.pages.diary_day import EFFECTS, MOST_OWN

__all__ = ["addresses", "script_words"]

_FILES = (
    "clinic/icon.svg",
    "clinic/clinic.css",
    "clinic/charts.css",
    "clinic/vendor/htmx-2.0.11.min.js",
    "clinic/clinic.js",
    "clinic/diary-store.js",
    "clinic/diary.js",
)
_WORKER = "clinic/diary-worker.js"


def script_words() -> dict[str, str]:
    """What `diary.js` says, in the language of the page; %s is filled in there."""
    return {
        "no_course": _("Connect once and sign in, so that this device knows your diary."),
        "kept": _("Kept on this device. It will be sent when there is a connection."),
        "sending": _("Kept on this device. Sending …"),
        "sent": _("Sent and stored. Thank you."),
        "sign_in": _("Kept on this device. Please sign in; then it is sent."),
        "signed_out": _("You are not signed in. What you write is kept on this device."),
        "offline": _("No connection. What you write is kept on this device and sent later."),
        "conflict": _("There was another entry for that day already. Please choose which counts."),
        "refused": _("One entry was not accepted; it is still on this device: %s"),
        "not_kept": _("This could not be kept on the device. Please try again with a connection."),
        "others": _("Days that somebody else wrote here wait until that person signs in."),
        "waiting": _("kept on this device, will be sent"),
        "done": _("done"),
        "late": _("done, later"),
        "conflicting": _("two entries: please choose"),
        "missing": _("missing"),
        "not_rated": _("not rated"),
        "today": _("Today"),
        "planned": _("Planned: %s mg"),
        "kit": _("From the kit %s"),
        "discard": _("Delete from this device"),
        "change": _("Change this day"),
        "save": _("Save this day"),
    }


def _shell() -> str:
    content = {
        "state": {"open": False, "words": "", "days": {}},
        "words": script_words(),
        "effects": [{"term": one.term, "label": one.label, "severity": ""} for one in EFFECTS],
        "most_own": MOST_OWN,
        "severities": Severity.choices,
        "shell": True,
    }
    return render_to_string("clinic/diary.html", content)


@public
@require_GET
def shell(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The diary's page without anything of anybody, to keep on the device."""
    return HttpResponse(_shell())


@public
@require_GET
def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """The service worker: a new version whenever anything that it keeps is another."""
    found = finders.find(_WORKER)
    assert isinstance(found, str)
    kept = [reverse("diary_shell"), *(static(name) for name in _FILES)]
    head = {
        "version": _version(get_language() or "en"),
        "shell": reverse("diary_shell"),
        "diary": reverse("diary"),
        "kept": kept,
    }
    text = f"const SITE = {json.dumps(head)};\n{Path(found).read_text(encoding='utf-8')}"
    return HttpResponse(text, content_type="text/javascript; charset=utf-8")


@lru_cache(maxsize=16)
def _version(language: str) -> str:
    """A digest of everything that the worker keeps."""
    digest = hashlib.sha256(f"{language}\n{_shell()}".encode())
    for name in _FILES:
        found = finders.find(name)
        assert isinstance(found, str)
        digest.update(Path(found).read_bytes())
    return digest.hexdigest()[:16]


@public
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """How the diary looks among the programs of a telephone: its name tells nothing."""
    icon = {"src": static("clinic/icon.svg"), "sizes": "any", "type": "image/svg+xml"}
    content = {
        "name": _("Diary"),
        "short_name": _("Diary"),
        "start_url": reverse("diary"),
        "scope": reverse("diary"),
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#0060a0",
        "icons": [icon],
    }
    return JsonResponse(content, content_type="application/manifest+json")


addresses = [
    path("diary/shell", shell, name="diary_shell"),
    path("diary/worker.js", worker, name="diary_worker"),
    path("diary/manifest.webmanifest", manifest, name="diary_manifest"),
]
