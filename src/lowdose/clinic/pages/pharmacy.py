"""The pharmacy: what is to be made, one course's making from plan to hand-out, its papers, and the
emergency in which a blind is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.paginator import Page, Paginator
from django.db.models import F, Max, Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lowdose.clinic.forms import add_faults
from lowdose.clinic.library_words.papers import reader_tongue, tongue_of
from lowdose.clinic.library_words.phrases import said
from lowdose.clinic.models import Course, Preparation, State
from lowdose.clinic.pages.access import a_course, page, user_of
from lowdose.clinic.pages.files import file_response
from lowdose.clinic.permits import Action
from lowdose.clinic.verbs import pharmacy as verbs
from lowdose.clinic.verbs.blinding import ACTIVE, opening_of, read_allocation
from lowdose.clinic.verbs.making import Making, amounts, kit_batches, longest_use_days, making
from lowdose.errors import InputError, LowdoseError
from lowdose.report.kit_sheets import (
    DatedKit,
    Filling,
    kit_worksheet,
    label_sheet,
    labels_of,
    labels_of_kits,
)
from lowdose.report.pharmacist_page import pharmacist_page
from lowdose.report.plan_sheets import pharmacist_sheet

__all__ = ["addresses"]

_PER_PAGE = 25
_SHOWN: Final = (State.PLANNED, State.PREPARED, State.RUNNING)
_STEP_SALT, _STEP_SECONDS = "clinic.emergency", 900


# The queue


@dataclass(frozen=True)
class QueueLine:
    """A course in the queue: what it needs, and until when what was made may be used."""

    course: Course
    makes: str
    use_by: date | None
    runs_out: bool


@page(Action.SEE_PHARMACY)
@require_safe
def pharmacy(request: HttpRequest) -> HttpResponse:
    """The queue, in three parts, or what a search for a course's number finds."""
    wanted = request.GET.get("number", "").strip().upper()
    shown = request.GET.get("show", "")
    state = State(shown) if shown in set(_SHOWN) else State.PLANNED
    found = _queue(state)
    if wanted:
        found = _with_dates(Course.objects.filter(number__contains=wanted)).order_by("number")
    listed = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    content = {
        "lines": _lines(listed),
        "shown": listed,
        "wanted": wanted,
        "state": state,
        "tabs": [(one, label, one == state and not wanted) for one, label in _TABS],
    }
    return render(request, "clinic/pharmacy.html", content)


_TABS = (
    (State.PLANNED, gettext_lazy("To prepare")),
    (State.PREPARED, gettext_lazy("To hand out")),
    (State.RUNNING, gettext_lazy("Running")),
)


def _queue(state: State) -> QuerySet[Course]:
    """What begins soonest comes first; of those that run, what runs out first."""
    courses = _with_dates(Course.objects.filter(state=state))
    if state is State.RUNNING:
        return courses.order_by(F("use_by").asc(nulls_first=True), "number")
    return courses.order_by("first_day", "number")


def _with_dates(courses: QuerySet[Course]) -> QuerySet[Course]:
    made = Prefetch("preparations", Preparation.objects.only("course_id"))
    related = courses.select_related("patient").prefetch_related("changes", made)
    return related.annotate(use_by=Max("preparations__beyond_use"))


def _lines(courses: Page[Course]) -> list[QueueLine]:
    return [
        QueueLine(
            course,
            _makes(course),
            course.use_by,  # type: ignore[attr-defined]  # annotated
            _runs_out(course, course.use_by),  # type: ignore[attr-defined]
        )
        for course in courses
    ]


def _runs_out(course: Course, use_by: date | None) -> bool:
    """Whether what was made passes its date before the course ends."""
    return course.state == State.RUNNING and use_by is not None and use_by <= course.last_day


def _makes(course: Course) -> str:
    """What to make, in a line."""
    try:
        made = making(course)
    except LowdoseError:
        return _("The dose was changed to one that the plan's strengths do not make.")
    parts = []
    if made.open is not None and made.open.preparation is not None:
        parts.append(amounts(made.open.preparation.supplies))
    if made.period is not None and made.period.preparation is not None:
        kit = amounts(made.period.preparation.supplies)
        text = ngettext("%(n)s kit of %(kit)s", "%(n)s kits of %(kit)s", course.periods)
        parts.append(text % {"n": course.periods, "kit": kit})
    return "; ".join(parts)


# One course


class MadeForm(forms.Form):
    """What is noted of one time of making."""

    lot = forms.CharField(label=gettext_lazy("Lot"), max_length=60)
    placebo_lot = forms.CharField(label=gettext_lazy("Lot of the placebo"), max_length=60)
    made_on = forms.DateField(
        label=gettext_lazy("Made on"), widget=forms.DateInput(attrs={"type": "date"})
    )
    beyond_use = forms.DateField(
        label=gettext_lazy("Use before"), widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Encrypted; only the pharmacy reads it."),
    )

    def __init__(self, *args: Any, blinded: bool, longest: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not blinded:
            del self.fields["placebo_lot"]
        said = _("At most %(days)s days after the day of making; the notes above say why.")
        self.fields["beyond_use"].help_text = said % {"days": longest}


@a_course(Action.PREPARE)
@require_http_methods(["GET", "POST"])
def prepare(request: HttpRequest, course: Course) -> HttpResponseBase:
    """Everything of one course that the pharmacy needs; what was made is noted here."""
    longest = longest_use_days(course)
    today = timezone.localdate()
    start = {"made_on": today, "beyond_use": today + timedelta(days=longest)}
    form = MadeForm(request.POST or None, initial=start, blinded=course.blinded, longest=longest)
    if request.method == "POST" and form.is_valid() and _recorded(request, course, form):
        return redirect("prepare", pk=course.pk)
    content = {**_course_content(request, course), "form": form}
    return render(request, "clinic/prepare.html", content, status=400 if form.errors else 200)


def _recorded(request: HttpRequest, course: Course, form: MadeForm) -> bool:
    try:
        made = verbs.Made(**form.cleaned_data)
        verbs.record_preparation(course, made, actor=user_of(request), now=timezone.now())
    except InputError as error:
        add_faults(form, error)
        return False
    messages.success(request, _("Noted."))
    return True


def _course_content(request: HttpRequest, course: Course) -> dict[str, Any]:
    made, problem = _making(course)
    return {
        "course": course,
        "making": made,
        "problem": problem,
        "parts": _parts(made) if made else [],
        "makes": _makes(course),
        "fillings": _fillings(request, course, made) if made else [],
        "changes": course.changes.all(),
        "preparations": course.preparations.select_related("made_by").order_by("-recorded_at"),
        "goes_on": course.state in _SHOWN,
        "opening": opening_of(course),
    }


def _making(course: Course) -> tuple[Making | None, str]:
    """What is to be made, or the reason why it cannot be."""
    try:
        return making(course), ""
    except LowdoseError as error:
        return None, str(error)


def _parts(made: Making) -> list[dict[str, Any]]:
    """Each plan that something is made for, as the worksheet shows it."""
    named = [(made.open, _("Open bottles")), (made.period, _("Each kit, active or placebo"))]
    return [
        {**pharmacist_page(part), "title": title, "is_kit": part is made.period}
        for part, title in named
        if part is not None
    ]


def _fillings(request: HttpRequest, course: Course, made: Making) -> list[Filling]:
    """What each kit holds; that somebody looked is recorded."""
    if made.period is None:
        return []
    treatments = read_allocation(course, actor=user_of(request)).treatments
    batch_of = {n: one for one in kit_batches(course, made.period) for n in one.periods}
    return [
        Filling(
            kit,
            treatments[kit.period - 1] == ACTIVE,
            batch_of[kit.period].number,
            batch_of[kit.period].make_on,
            batch_of[kit.period].use_by,
        )
        for kit in _kits(course)
    ]


def _kits(course: Course) -> list[DatedKit]:
    return [
        DatedKit(kit.period, kit.code, *course.period_dates(kit.period))
        for kit in course.kits.all()
    ]


@a_course(Action.PREPARE)
@require_POST
def hand_out(request: HttpRequest, course: Course) -> HttpResponseBase:
    """The patient has it."""
    try:
        verbs.hand_out(course, actor=user_of(request))
    except LowdoseError as error:
        messages.error(request, said(str(error)))
    else:
        messages.success(request, _("Handed out. The course runs."))
    return redirect("prepare", pk=course.pk)


# Papers


@a_course(Action.PREPARE)
@require_safe
def worksheet(request: HttpRequest, course: Course) -> HttpResponseBase:
    """What to make, on paper. Of a blinded course it says what each kit is filled with."""
    made, problem = _making(course)
    if made is None:
        return _no_paper(request, course, problem)
    if made.period is None:
        assert made.open is not None
        return _pdf(pharmacist_sheet(made.open, tongue=reader_tongue()), course, "worksheet")
    fillings = _fillings(request, course, made)
    paper = kit_worksheet(course.number, made.open, made.period, fillings, tongue=reader_tongue())
    return _pdf(paper, course, "worksheet")


@a_course(Action.PREPARE)
@require_safe
def labels(request: HttpRequest, course: Course) -> HttpResponseBase:
    """Labels for every bottle; those of kits tell nothing."""
    made, problem = _making(course)
    if made is None:
        return _no_paper(request, course, problem)
    drawn = labels_of(course.number, made.open) if made.open is not None else []
    if made.period is not None:
        use_by = _use_by(list(course.preparations.order_by("-recorded_at")[:1]))
        drawn += labels_of_kits(course.number, made.period, _kits(course), use_by=use_by)
    tongue = tongue_of(course.patient.language)  # it is the patient who reads them
    return _pdf(label_sheet(course.number, drawn, tongue=tongue), course, "labels")


def _use_by(newest: Sequence[Preparation]) -> date | None:
    return next((one.beyond_use for one in newest), None)


def _no_paper(request: HttpRequest, course: Course, problem: str) -> HttpResponseBase:
    messages.error(request, said(problem))
    return redirect("prepare", pk=course.pk)


def _pdf(data: bytes, course: Course, kind: str) -> HttpResponse:
    return file_response(data, f"{course.number}-{kind}.pdf", "application/pdf")


# The emergency


class EmergencyForm(forms.Form):
    """The first page: why it cannot wait."""

    reason = forms.CharField(
        label=gettext_lazy("Why it cannot wait"),
        min_length=5,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ConfirmForm(forms.Form):
    """The second page: the course's number, typed. `first` is what the first page said, signed."""

    first = forms.CharField(widget=forms.HiddenInput)
    number = forms.CharField(
        label=gettext_lazy("Number of the course, as on the label"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )


@a_course(Action.OPEN_IN_EMERGENCY)
@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest, course: Course) -> HttpResponseBase:
    """Open the blind before its time: a reason first, then the course's number, typed."""
    if not course.sealed:
        raise Http404
    if "first" in request.POST:
        return _confirmed(request, course)
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = {"course": str(course.pk), "reason": form.cleaned_data["reason"]}
        first = signing.dumps(said, salt=_STEP_SALT)
        return _confirm_page(request, course, ConfirmForm(initial={"first": first}))
    content = {"course": course, "form": form}
    return render(request, "clinic/emergency.html", content, status=400 if form.errors else 200)


def _confirmed(request: HttpRequest, course: Course) -> HttpResponseBase:
    try:
        said = signing.loads(request.POST["first"], salt=_STEP_SALT, max_age=_STEP_SECONDS)
    except signing.BadSignature:
        said = {}
    if said.get("course") != str(course.pk):
        messages.error(request, _("That took too long. Please begin again; nothing was opened."))
        return redirect("emergency", pk=course.pk)
    form = ConfirmForm(request.POST)
    if not form.is_valid() or not _opened(request, course, form, said["reason"]):
        return _confirm_page(request, course, form)
    messages.warning(request, _("Opened. It is recorded, and the prescriber sees it."))
    return redirect("prepare", pk=course.pk)


def _opened(request: HttpRequest, course: Course, form: ConfirmForm, reason: str) -> bool:
    try:
        verbs.open_in_emergency(
            course,
            actor=user_of(request),
            now=timezone.now(),
            reason=reason,
            typed_number=form.cleaned_data["number"],
        )
    except InputError as error:
        add_faults(form, error)
    except LowdoseError as error:
        form.add_error(None, said(str(error)))
    return not form.errors


def _confirm_page(request: HttpRequest, course: Course, form: ConfirmForm) -> HttpResponse:
    content = {"course": course, "form": form}
    status = 400 if form.errors else 200
    return render(request, "clinic/emergency_confirm.html", content, status=status)


addresses = [
    path("pharmacy/", pharmacy, name="pharmacy"),
    path("pharmacy/<uuid:pk>/", prepare, name="prepare"),
    path("pharmacy/<uuid:pk>/hand-out", hand_out, name="hand_out"),
    path("pharmacy/<uuid:pk>/worksheet.pdf", worksheet, name="worksheet"),
    path("pharmacy/<uuid:pk>/labels.pdf", labels, name="labels"),
    path("pharmacy/<uuid:pk>/emergency", emergency, name="emergency"),
]
