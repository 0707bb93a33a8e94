"""The site, for its administrator: how it does, the audit trail, the erasure of a patient."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from lowdose.clinic.models import AuditEntry, Course, DiaryEntry, Patient, Role, User
from lowdose.clinic.operate.check import free_bytes
from lowdose.clinic.pages.access import page, user_of
from lowdose.clinic.permits import Action
from lowdose.clinic.site import sqlite_file
from lowdose.clinic.statements import fetch
from lowdose.clinic.verbs import checking, patients
from lowdose.clinic.verbs.alerts import alerts

__all__ = ["addresses"]

_PER_PAGE = 100


@page(Action.MANAGE_SITE)
def site_page(request: HttpRequest) -> HttpResponse:
    """How the site does."""
    check, worker = checking.last_check(), checking.worker_state()
    content = {
        "database": _database(),
        "free": free_bytes(),
        "alerts": alerts(timezone.now(), check, worker),
        "worker": worker,
        "last": AuditEntry.objects.order_by("-number").first(),
        "check": check,
        "counts": _counts(),
        "settings_in_force": _settings(),
    }
    return render(request, "clinic/site.html", content)


def _database() -> dict[str, Any]:
    file = sqlite_file(settings.SITE)
    if connection.vendor == "sqlite":
        return {"kind": "SQLite", "bytes": file.stat().st_size if file.exists() else None}
    [(size,)] = fetch("SELECT pg_database_size(current_database())", [])
    return {"kind": "PostgreSQL", "bytes": size}


def _counts() -> list[tuple[str, int]]:
    return [
        (_("People who work here"), User.objects.exclude(role=Role.PATIENT).count()),
        (_("Patients"), Patient.objects.filter(erased_at=None).count()),
        (_("Courses"), Course.objects.count()),
        (_("Diary entries"), DiaryEntry.objects.count()),
    ]


def _settings() -> list[tuple[str, object]]:
    return [
        (_("Address"), settings.SITE.origin),
        (_("Folder"), settings.SITE.folder),
        (
            _("Second factor"),
            _("required of everybody but patients")
            if settings.SECOND_FACTOR_REQUIRED
            else _("offered"),
        ),
        (
            _("Staff are signed out after"),
            _("%(n)s minutes without a click") % {"n": settings.STAFF_SESSION_SECONDS // 60},
        ),
        (
            _("Patients are signed out after"),
            _("%(n)s days") % {"n": settings.SESSION_COOKIE_AGE // 86400},
        ),
        (_("Wrong passwords before a lock"), settings.AXES_FAILURE_LIMIT),
        (_("Who a patient is, is erased"), _retention(settings.SITE.erase_after_days)),
    ]


def _retention(days: int) -> str:
    if not days:
        return _("only by hand")
    said = ngettext(
        "%(n)d day after the last course has ended, by itself",
        "%(n)d days after the last course has ended, by itself",
        days,
    )
    return said % {"n": days}


@page(Action.MANAGE_SITE)
@require_POST
def check_now(request: HttpRequest) -> HttpResponseBase:
    """Have the audit trail verified."""
    checking.want_check(actor=user_of(request))
    messages.success(request, _("The audit trail is being verified. Load this page again soon."))
    return redirect("site")


class TrailForm(forms.Form):
    """Which entries; sent as a form, so that no address names whom somebody looked for."""

    action = forms.ChoiceField(label=gettext_lazy("What was done"), required=False)
    subject = forms.CharField(
        label=gettext_lazy("To what: a pseudonym, a course's number, a name to sign in with"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actions = AuditEntry.objects.order_by("action").values_list("action", flat=True).distinct()
        choices = [(action, action.replace("_", " ")) for action in actions]
        field = self.fields["action"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("anything")), *choices]


@page(Action.MANAGE_SITE)
@require_http_methods(["GET", "POST"])
def trail(request: HttpRequest) -> HttpResponse:
    """The audit trail, the newest entries first."""
    form = TrailForm(request.POST or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = AuditEntry.objects.order_by("-number")
    for name in ("action", "subject"):
        if chosen.get(name):
            found = found.filter(**{name: chosen[name]})
    if chosen.get("before"):
        found = found.filter(number__lt=chosen["before"])
    entries = list(found[: _PER_PAGE + 1])
    more = len(entries) > _PER_PAGE
    content = {"form": form, "chosen": chosen, "entries": entries[:_PER_PAGE], "more": more}
    return render(request, "clinic/trail.html", content, status=400 if form.errors else 200)


class EraseForm(forms.Form):
    """Whom to erase, and that it is meant."""

    pseudonym = forms.CharField(
        label=gettext_lazy("Pseudonym of the patient"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    again = forms.CharField(
        label=gettext_lazy("The pseudonym once more"),
        max_length=16,
        help_text=gettext_lazy("What is erased does not come back."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    patient: Patient | None = None

    def clean(self) -> dict[str, Any]:
        """Both the same, and somebody's."""
        data = super().clean() or {}
        one, two = (str(data.get(name, "")).strip().upper() for name in ("pseudonym", "again"))
        if one and two and one != two:
            self.add_error("again", _("This is another pseudonym than the one above."))
        elif one and two:
            self.patient = Patient.objects.filter(pseudonym=one, erased_at=None).first()
            if self.patient is None:
                self.add_error("pseudonym", _("No patient has this pseudonym."))
        return data


@page(Action.ERASE_PATIENT)
@require_http_methods(["GET", "POST"])
def erase_patient(request: HttpRequest) -> HttpResponseBase:
    """Erase who a patient is, for good."""
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and form.patient is not None:
        patients.erase(form.patient, actor=user_of(request), now=timezone.now())
        messages.success(request, _("Erased: name, contact, account and notes are gone."))
        return redirect("site")
    content = {"form": form}
    return render(request, "clinic/erase.html", content, status=400 if form.errors else 200)


addresses = [
    path("site/", site_page, name="site"),
    path("site/check", check_now, name="check_site"),
    path("site/trail", trail, name="trail"),
    path("site/erase", erase_patient, name="erase_patient"),
]
