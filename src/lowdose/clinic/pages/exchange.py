"""Data of a course out and in: the prescriber's export and import, the patient's own files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from lowdose.clinic.exchange.archive import course_archive
from lowdose.clinic.exchange.course_data import load_course
from lowdose.clinic.exchange.fhir_out import course_bundle_bytes
from lowdose.clinic.exchange.incoming import LARGEST_UPLOAD, Incoming, from_plain, to_plain
from lowdose.clinic.exchange.read import read_upload
from lowdose.clinic.exchange.redcap import redcap_csv, redcap_dictionary
from lowdose.clinic.models import Course
from lowdose.clinic.pages.access import a_course, page, user_of
from lowdose.clinic.pages.files import file_response
from lowdose.clinic.permits import Action, may
from lowdose.clinic.verbs.exchange import note_export, take_in, weigh
from lowdose.errors import Fault, InputError

__all__ = ["addresses"]

_SALT = "course-import"
_GOOD_FOR = 3600
_FAULTS_SHOWN = 50

_ZIP, _FHIR, _REDCAP, _DICTIONARY = "zip", "fhir", "redcap", "redcap_dictionary"


class ExportForm(forms.Form):
    """What to take out."""

    form = forms.ChoiceField(
        label=gettext_lazy("As"),
        choices=[
            (_ZIP, gettext_lazy("Everything, as one zip")),
            (_FHIR, gettext_lazy("For another clinic (FHIR R4, JSON)")),
            (_REDCAP, gettext_lazy("For REDCap: the diary (CSV)")),
            (_DICTIONARY, gettext_lazy("For REDCap: the data dictionary (CSV)")),
        ],
        widget=forms.RadioSelect,
        initial=_ZIP,
    )
    notes = forms.BooleanField(
        label=gettext_lazy("With the notes that the patient wrote"), required=False
    )


class UploadForm(forms.Form):
    """A file to bring in."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "A diary as CSV, an export from REDCap (CSV), or a FHIR Bundle (JSON); "
            "at most 5 MiB. Nothing is stored before you have seen what it would be."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.json,text/csv,application/json"}),
    )


@a_course(Action.EXPORT_COURSE)
@require_safe
def export_course(request: HttpRequest, course: Course) -> HttpResponse:
    """Offer the files of a course."""
    content = {"course": course, "form": ExportForm()}
    return render(request, "clinic/export.html", content)


@a_course(Action.EXPORT_COURSE)
@require_safe
def export_file(request: HttpRequest, course: Course) -> HttpResponse:
    """One of them."""
    form = ExportForm(request.GET)
    if not form.is_valid():
        return render(request, "clinic/export.html", {"course": course, "form": form}, status=400)
    chosen, notes = form.cleaned_data["form"], form.cleaned_data["notes"]
    ending, kind, make = _MAKERS[chosen]
    content = make(course, notes)
    note_export(course, actor=user_of(request), form=chosen, notes=notes)
    return file_response(content, f"{course.number}{ending}", kind)


def _zip(course: Course, notes: bool) -> bytes:
    return course_archive([course], made_at=timezone.now(), notes=notes)


def _fhir(course: Course, notes: bool) -> bytes:
    return course_bundle_bytes(load_course(course), made_at=timezone.now(), notes=notes)


def _redcap(course: Course, notes: bool) -> bytes:
    return redcap_csv(load_course(course), notes=notes).encode()


def _dictionary(course: Course, notes: bool) -> bytes:
    return redcap_dictionary(course, notes=notes).encode()


_MAKERS: dict[str, tuple[str, str, Callable[[Course, bool], bytes]]] = {
    _ZIP: (".zip", "application/zip", _zip),
    _FHIR: (".fhir.json", "application/fhir+json", _fhir),
    _REDCAP: ("_redcap.csv", "text/csv; charset=utf-8", _redcap),
    _DICTIONARY: ("_redcap_dictionary.csv", "text/csv; charset=utf-8", _dictionary),
}


@page(Action.TAKE_OWN_DATA)
@require_safe
def own_data(request: HttpRequest) -> HttpResponse:
    """Everything about the patient's own courses, as one zip."""
    user = user_of(request)
    courses = Course.objects.select_related("patient").filter(patient__account=user)
    own = [one for one in courses.order_by("first_day", "number") if _may_take(request, one)]
    if not own:
        raise Http404
    content = course_archive(own, made_at=timezone.now(), notes=True, own=True)
    for course in own:
        note_export(course, actor=user, form="own_zip", notes=True)
    return file_response(content, "diary.zip", "application/zip")


def _may_take(request: HttpRequest, course: Course) -> bool:
    return may(user_of(request), Action.TAKE_OWN_DATA, course)


@a_course(Action.IMPORT_COURSE)
@require_http_methods(["GET", "POST"])
def import_course(request: HttpRequest, course: Course) -> HttpResponseBase:
    """Take a file, show what it would store, and store it once that is confirmed."""
    if "days" in request.POST:
        return _confirmed(request, course)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return _import_page(request, course, form)
    if not form.is_valid():
        return _import_page(request, course, form, status=400)
    try:
        return _preview(request, course, form)
    except InputError as error:
        return _import_page(request, course, form, faults=error.faults, status=400)


def _preview(request: HttpRequest, course: Course, form: UploadForm) -> HttpResponse:
    file = form.cleaned_data["file"]
    read = read_upload(file.read(LARGEST_UPLOAD + 1), course)
    weighed = weigh(course, read.days, timezone.now())
    counts = Counter(one.outcome for one in weighed)
    unknown = any(bad is None for one in read.days for _, bad in one.adverse or ())
    content = {
        "course": course,
        "weighed": [one for one in weighed if one.outcome != "same"],
        "names": [symptom.name for symptom in course.symptoms.all()],
        "counts": counts,
        "notes": read.notes,
        "severity_unknown": unknown,
        "days": _signed(request, course, read.days),
    }
    return render(request, "clinic/import_preview.html", content)


def _signed(request: HttpRequest, course: Course, days: Sequence[Incoming]) -> str:
    """The days as they were read, for this person and course only; a page cannot change them."""
    said = [user_of(request).pk, str(course.pk), [to_plain(one) for one in days]]
    return signing.dumps(said, salt=_SALT, compress=True)


def _confirmed(request: HttpRequest, course: Course) -> HttpResponseBase:
    try:
        said = signing.loads(request.POST["days"], salt=_SALT, max_age=_GOOD_FOR)
    except signing.BadSignature:
        said = None
    user = user_of(request)
    if said is None or said[:2] != [user.pk, str(course.pk)]:
        remedy = _("send the file once more")
        fault = Fault("file", _("shown too long ago"), _("a file of this hour"), remedy)
        return _import_page(request, course, UploadForm(), faults=[fault], status=400)
    days = [from_plain(one) for one in said[2]]
    try:
        counts = take_in(course, days, actor=user, now=timezone.now(), form="file")
    except InputError as error:
        return _import_page(request, course, UploadForm(), faults=error.faults, status=400)
    new = counts["new"] + counts["conflict"]
    text = ngettext("%(n)d day was stored.", "%(n)d days were stored.", new)
    messages.success(request, text % {"n": new})
    return redirect("course", pk=course.pk)


def _import_page(
    request: HttpRequest,
    course: Course,
    form: UploadForm,
    *,
    faults: Sequence[Fault] = (),
    status: int = 200,
) -> HttpResponse:
    content: dict[str, Any] = {
        "course": course,
        "form": form,
        "faults": faults[:_FAULTS_SHOWN],
        "hidden": max(len(faults) - _FAULTS_SHOWN, 0),
    }
    return render(request, "clinic/import.html", content, status=status)


addresses = [
    path("courses/<uuid:pk>/export", export_course, name="export_course"),
    path("courses/<uuid:pk>/export/file", export_file, name="export_file"),
    path("courses/<uuid:pk>/import", import_course, name="import_course"),
    path("diary/data.zip", own_data, name="own_data"),
]
