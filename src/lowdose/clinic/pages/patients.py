"""Patients of a prescriber: list, add, change, invite; the invitation as they open it."""

from __future__ import annotations

from datetime import timedelta

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from lowdose.clinic.limits import guessable
from lowdose.clinic.models import Patient
from lowdose.clinic.pages.access import a_patient, page, public, user_of
from lowdose.clinic.permits import Action
from lowdose.clinic.verbs import patients as verbs
from lowdose.errors import LowdoseError

__all__ = ["addresses"]

_PER_PAGE = 50


class PatientForm(forms.ModelForm):  # type: ignore[type-arg]
    """What is noted of a patient."""

    class Meta:
        model = Patient
        fields = ("name", "contact", "time_zone", "language")
        help_texts = {
            "name": gettext_lazy("May stay empty. Encrypted, and shown to you only."),
            "contact": gettext_lazy("May stay empty. Encrypted, and shown to you only."),
            "time_zone": gettext_lazy("Where the patient lives, like Europe/Oslo."),
        }
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "off", "maxlength": 200}),
            "contact": forms.TextInput(attrs={"autocomplete": "off", "maxlength": 200}),
            "time_zone": forms.TextInput(attrs={"list": "zones", "autocomplete": "off"}),
            "language": forms.Select(choices=settings.LANGUAGES),
        }


@page(Action.LIST_COURSES)
def patient_list(request: HttpRequest) -> HttpResponse:
    """All patients of the prescriber."""
    patients = Patient.objects.filter(prescriber=user_of(request), erased_at=None)
    shown = Paginator(patients.order_by("-created_at"), _PER_PAGE)
    return render(
        request, "clinic/patients.html", {"patients": shown.get_page(request.GET.get("page"))}
    )


@page(Action.ADD_PATIENT)
@require_http_methods(["GET", "POST"])
def new_patient(request: HttpRequest) -> HttpResponseBase:
    """Add a patient."""
    user = user_of(request)
    start = {"time_zone": user.time_zone, "language": user.language}
    form = PatientForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        patient = verbs.add_patient(user, **form.cleaned_data)
        messages.success(request, _("Added as %(name)s.") % {"name": patient.pseudonym})
        return redirect("patient", pk=patient.pk)
    return _form_page(request, form, _("New patient"))


@a_patient(Action.SEE_PATIENT)
def patient_page(request: HttpRequest, patient: Patient) -> HttpResponse:
    """One patient: courses, account, invitation."""
    courses = patient.courses.order_by("-first_day")
    open_invitation = patient.invitations.filter(
        used_at=None, withdrawn_at=None, expires_at__gt=timezone.now()
    ).first()
    return render(
        request,
        "clinic/patient.html",
        {"patient": patient, "courses": courses, "open_invitation": open_invitation},
    )


@a_patient(Action.CHANGE_PATIENT)
@require_http_methods(["GET", "POST"])
def change_patient(request: HttpRequest, patient: Patient) -> HttpResponseBase:
    """Change what is noted of a patient."""
    form = PatientForm(request.POST or None, instance=patient)
    if request.method == "POST" and form.is_valid():
        verbs.change_patient(form.save(commit=False), actor=user_of(request))
        messages.success(request, _("Saved."))
        return redirect("patient", pk=patient.pk)
    return _form_page(request, form, patient.pseudonym)


def _form_page(request: HttpRequest, form: forms.BaseForm, title: str) -> HttpResponse:
    status = 400 if form.errors else 200
    content = {"form": form, "heading": title}
    return render(request, "clinic/patient_form.html", content, status=status)


@a_patient(Action.INVITE)
@require_POST
def invite(request: HttpRequest, patient: Patient) -> HttpResponse:
    """Make an invitation and show it, once, as a link and as a QR code to photograph."""
    token = verbs.invite(patient, made_by=user_of(request), now=timezone.now())
    link = f"{settings.SITE.origin}{reverse('invitation', args=[token])}"
    drawing = segno.make(link, micro=False).svg_inline(scale=4, border=2, omitsize=True)
    content = {"patient": patient, "link": link, "qr": mark_safe(drawing)}
    return render(request, "clinic/invite.html", content)


@public
@guessable
@require_http_methods(["GET", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponseBase:
    """What the patient sees: what this is, and a button that makes the account.

    Opening the link changes nothing: programs that look at links before people do would use it up.
    """
    now = timezone.now()
    found = verbs.find_invitation(token, now)
    if found is None:
        return render(request, "clinic/invitation_over.html", status=410)
    if request.method != "POST":
        return render(request, "clinic/invitation.html", {"pseudonym": found.patient.pseudonym})
    try:
        welcome = verbs.accept(token, now=now)
    except LowdoseError:
        return render(request, "clinic/invitation_over.html", status=410)
    request.session.flush()  # whoever sat here before
    login(request, welcome.account, "lowdose.clinic.sign_in.Accounts")
    request.session.set_expiry(timedelta(days=90))
    return render(request, "clinic/welcome.html", {"welcome": welcome})


addresses = [
    path("patients/", patient_list, name="patients"),
    path("patients/new", new_patient, name="new_patient"),
    path("patients/<uuid:pk>/", patient_page, name="patient"),
    path("patients/<uuid:pk>/change", change_patient, name="change_patient"),
    path("patients/<uuid:pk>/invite", invite, name="invite"),
    path("invitation/<str:token>/", invitation, name="invitation"),
]
