"""Courses, for the prescriber: the list by urgency, a new course, the page of one, its changes."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from lowdose.clinic.answer_words import answer_words
from lowdose.clinic.forms import add_faults
from lowdose.clinic.instruments import CONDITIONS, symptom_title
from lowdose.clinic.library_words.phrases import said
from lowdose.clinic.models import (
    ChangeKind,
    ComputationKind,
    Course,
    CourseSymptom,
    DiaryEntry,
    Notice,
    Patient,
    State,
    StoredAnswer,
    User,
)
from lowdose.clinic.pages.access import a_course, a_patient, page, user_of
from lowdose.clinic.pages.computed import asked_for
from lowdose.clinic.pages.course_form import CourseForm
from lowdose.clinic.pages.pictures import diary_picture, doses_chart, drawn, plan_picture
from lowdose.clinic.permits import Action
from lowdose.clinic.verbs import courses as verbs
from lowdose.clinic.verbs import notices
from lowdose.clinic.verbs.answers import FEWEST_DAYS, prior_of
from lowdose.clinic.verbs.attention import courses_by_attention, reasons
from lowdose.clinic.verbs.blinding import open_allocation, opened_treatments, opening_of
from lowdose.clinic.verbs.chances import chances_asked
from lowdose.clinic.verbs.diary import today_of
from lowdose.clinic.verbs.handing_over import handed_over
from lowdose.clinic.verbs.plans import Layout, planned_doses
from lowdose.clinic.verbs.records import adherence, current_entries
from lowdose.clinic.verbs.simulations import simulation_asked
from lowdose.errors import InputError, LowdoseError

__all__ = ["addresses"]

_PER_PAGE = 25
_HANDED_OVER_SHOWN = 10


@page(Action.LIST_COURSES)
def course_list(request: HttpRequest) -> HttpResponse:
    """The prescriber's courses, those that want attention first."""
    ended = request.GET.get("show") == "ended"
    today = timezone.localdate()
    found = courses_by_attention(user_of(request), today, ended=ended)
    shown = Paginator(found, _PER_PAGE).get_page(request.GET.get("page"))
    unseen = _unseen(list(shown))
    rows = [(course, reasons(course, today, unseen[course.pk])) for course in shown]
    new = list(handed_over(user_of(request))[: _HANDED_OVER_SHOWN + 1])
    content = {
        "rows": rows,
        "shown": shown,
        "ended": ended,
        "handed_over": new[:_HANDED_OVER_SHOWN],
        "more_handed_over": len(new) > _HANDED_OVER_SHOWN,
    }
    return render(request, "clinic/courses.html", content)


def _unseen(courses: list[Course]) -> dict[Any, list[Notice]]:
    by_course = defaultdict(list)
    for notice in Notice.objects.filter(course__in=courses, seen_at=None):
        by_course[notice.course_id].append(notice)
    return by_course


@a_patient(Action.PLAN_COURSE)
@require_http_methods(["GET", "POST"])
def new_course(request: HttpRequest, patient: Patient) -> HttpResponseBase:
    """Plan a course on one page, with a preview that follows what is typed."""
    form = CourseForm(request.POST or None, zone=patient.time_zone, today=timezone.localdate())
    if request.method == "POST" and form.is_valid() and form.layout is not None:
        course = verbs.plan_course(
            patient,
            form.layout,
            condition=form.cleaned_data["condition"],
            symptoms=form.instruments,
            actor=user_of(request),
        )
        messages.success(request, _("Planned. The pharmacy finds it in its queue."))
        return redirect("course", pk=course.pk)
    content = {"form": form, "patient": patient, **_preview(form, user_of(request))}
    return render(request, "clinic/new_course.html", content, status=400 if form.errors else 200)


@a_patient(Action.PLAN_COURSE)
@require_POST
def preview(request: HttpRequest, patient: Patient) -> HttpResponse:
    """The part of the page that shows what the choices come to."""
    form = CourseForm(request.POST, zone=patient.time_zone, today=timezone.localdate())
    form.is_valid()
    content = {"form": form, **_preview(form, user_of(request))}
    return render(request, "clinic/preview.html", content)


def _preview(form: CourseForm, user: User) -> dict[str, Any]:
    layout = form.layout
    if layout is None:
        return {"layout": None, "refusal": form.refusal}
    doses = [0.0] * layout.baseline_days + _plan_doses(layout)
    return {
        "layout": layout,
        "picture": drawn(doses_chart(doses, layout.baseline_days), wide_px=400),
        "cautions": [f for f in layout.plan.safety.findings if f.level != "proceed"],
        "open_questions": layout.plan.safety.open_questions,
        "last_day": layout.plan.last,
        **_foreseen(form, layout, user),
    }


def _foreseen(form: CourseForm, layout: Layout, user: User) -> dict[str, Any]:
    """What the worker is asked of a layout: what may be expected, and what it could show."""
    data = form.cleaned_data
    names = [one.name for one in form.instruments] if "symptoms" in data else []
    prior = prior_of(data.get("condition", ""), names[0] if names else "")
    start = "fibromyalgia" if data.get("condition") == "fibromyalgia" else "chronic pain"
    doses = _plan_doses(layout)
    expected = simulation_asked(doses, condition=start, charts=("levels", "people"))
    chance = chances_asked(layout, prior) if layout.periods or layout.baseline_days else None
    return {
        "expected": asked_for(ComputationKind.SIMULATION, expected, user),
        "chance": chance and asked_for(ComputationKind.CHANCES, chance, user),
    }


def _plan_doses(layout: Layout) -> list[float]:
    return [step.dose_mg for step in layout.plan.regimen.steps for _ in range(step.days)]


@a_course(Action.SEE_COURSE)
def course_page(request: HttpRequest, course: Course) -> HttpResponse:
    """Everything about one course."""
    return render(request, "clinic/course.html", _course_content(course))


def _course_content(course: Course) -> dict[str, Any]:
    entries = current_entries(course)
    doses = planned_doses(course)
    taken, said = adherence(entries)
    answers = {answer.symptom: answer for answer in course.answers.all()}
    today = today_of(course, timezone.now())
    treatments = opened_treatments(course)
    unseen = list(course.notices.filter(seen_at=None))
    return {
        "course": course,
        "condition": CONDITIONS.get(course.condition, course.condition),
        "entries": entries,
        "taken": taken,
        "said": said,
        "today": today,
        "day_number": min(max(course.day_number(today), 0), course.days),
        "plan": plan_picture(course, entries, doses),
        "symptoms": [
            _symptom(symptom, answers.get(symptom.name), course, entries, doses)
            for symptom in course.symptoms.all()
        ],
        "adverse": [(entry, event) for entry in reversed(entries) for event in entry.adverse.all()],
        "kits": [
            (kit, course.period_dates(kit.period), treatments[kit.period - 1] if treatments else "")
            for kit in course.kits.all()
        ],
        "changes": course.changes.select_related("made_by"),
        "reasons": reasons(course, today, unseen),
        "opening": opening_of(course),
        "goes_on": course.state in {State.PLANNED, State.PREPARED, State.RUNNING},
        "may_open": course.sealed and today > course.last_day,
        "fewest_days": FEWEST_DAYS,
        "due": course.answer_due_at is not None,
    }


def _symptom(
    symptom: CourseSymptom,
    answer: StoredAnswer | None,
    course: Course,
    entries: list[DiaryEntry],
    doses: list[float],
) -> dict[str, Any]:
    """What the page shows of one symptom."""
    title = symptom_title(symptom)
    content = answer.content if answer is not None else {}
    return {
        "symptom": symptom,
        "title": title,
        "answer": answer,
        "words": answer_words(content, title) if content else None,
        "picture": "" if content else diary_picture(course, symptom, entries, doses),
    }


class ChangeForm(forms.Form):
    """A change from a day on."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What"),
        choices=[
            (ChangeKind.DOSE, ChangeKind.DOSE.label),
            (ChangeKind.HOLD, ChangeKind.HOLD.label),
        ],
        widget=forms.RadioSelect,
        initial=ChangeKind.DOSE,
    )
    day = forms.DateField(
        label=gettext_lazy("From which day"), widget=forms.DateInput(attrs={"type": "date"})
    )
    dose_mg = forms.FloatField(
        label=gettext_lazy("New dose, mg"), required=False, min_value=0, max_value=10
    )
    hold_days = forms.IntegerField(
        label=gettext_lazy("Days to stay"), required=False, min_value=1, max_value=84
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReasonForm(forms.Form):
    """A reason, where there is nothing else to say."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


@a_course(Action.CHANGE_COURSE)
@require_http_methods(["GET", "POST"])
def change_course(request: HttpRequest, course: Course) -> HttpResponseBase:
    """Change the dose, or stay at it, with the reason."""
    start = {"day": today_of(course, timezone.now())}
    form = ChangeForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        wanted = verbs.Wanted(
            ChangeKind(data["kind"]),
            data["day"],
            data["reason"],
            data["dose_mg"],
            data["hold_days"],
        )
        if _changed(request, form, course, wanted):
            return redirect("course", pk=course.pk)
    return _action_page(request, course, form, _("Change the course"), _("Change"))


@a_course(Action.CHANGE_COURSE)
@require_http_methods(["GET", "POST"])
def stop_course(request: HttpRequest, course: Course) -> HttpResponseBase:
    """Stop for good, with the reason."""
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day = _within(course, today_of(course, timezone.now()))
        wanted = verbs.Wanted(ChangeKind.STOP, day, form.cleaned_data["reason"])
        if _changed(request, form, course, wanted):
            return redirect("course", pk=course.pk)
    return _action_page(request, course, form, _("Stop the course"), _("Stop"), danger=True)


def _within(course: Course, day: date) -> date:
    return min(max(day, course.first_day), course.last_day)


def _changed(request: HttpRequest, form: forms.Form, course: Course, wanted: verbs.Wanted) -> bool:
    try:
        verbs.change(course, wanted, actor=user_of(request), now=timezone.now())
    except InputError as error:
        add_faults(form, error)
        return False
    messages.success(request, _("Noted."))
    return True


@a_course(Action.OPEN_BLIND)
@require_http_methods(["GET", "POST"])
def open_blind(request: HttpRequest, course: Course) -> HttpResponseBase:
    """Open the allocation after the last day, for good."""
    if not course.sealed or today_of(course, timezone.now()) <= course.last_day:
        raise Http404
    form = ReasonForm(request.POST or None, initial={"reason": _("The last day has passed.")})
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            open_allocation(course, actor=user_of(request), now=timezone.now(), reason=reason)
        except LowdoseError as error:
            form.add_error(None, said(str(error)))
        else:
            messages.success(request, _("Opened. The answer is being worked out."))
            return redirect("course", pk=course.pk)
    return _action_page(request, course, form, _("Open the blind"), _("Open for good"))


@a_course(Action.CHANGE_COURSE)
@require_POST
def finish_course(request: HttpRequest, course: Course) -> HttpResponseBase:
    """The course is over as planned."""
    try:
        verbs.move(course, State.FINISHED, actor=user_of(request))
    except LowdoseError as error:
        messages.error(request, said(str(error)))
    return redirect("course", pk=course.pk)


@a_course(Action.SEE_COURSE)
@require_POST
def see_notice(request: HttpRequest, course: Course, number: int) -> HttpResponseBase:
    """A notice has been seen."""
    notice = course.notices.filter(pk=number, seen_at=None).first()
    if notice is not None:
        notices.see_notice(notice, actor=user_of(request), now=timezone.now())
    return redirect("course", pk=course.pk)


def _action_page(
    request: HttpRequest,
    course: Course,
    form: forms.Form,
    heading: str,
    button: str,
    *,
    danger: bool = False,
) -> HttpResponse:
    content = {
        "course": course,
        "form": form,
        "heading": heading,
        "button": button,
        "danger": danger,
    }
    return render(request, "clinic/action.html", content, status=400 if form.errors else 200)


addresses = [
    path("courses/", course_list, name="courses"),
    path("patients/<uuid:pk>/course", new_course, name="new_course"),
    path("patients/<uuid:pk>/course/preview", preview, name="preview_course"),
    path("courses/<uuid:pk>/", course_page, name="course"),
    path("courses/<uuid:pk>/change", change_course, name="change_course"),
    path("courses/<uuid:pk>/stop", stop_course, name="stop_course"),
    path("courses/<uuid:pk>/open", open_blind, name="open_blind"),
    path("courses/<uuid:pk>/finish", finish_course, name="finish_course"),
    path("courses/<uuid:pk>/notices/<int:number>", see_notice, name="see_notice"),
]
