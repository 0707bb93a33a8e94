"""A patient's own course as a picture, own data as a file, and the address of a calendar."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_GET, require_POST

from lowdose.clinic.answer_words import answer_words
from lowdose.clinic.chain import record_alone
from lowdose.clinic.instruments import symptom_title
from lowdose.clinic.limits import guessable
from lowdose.clinic.models import Course, CourseSymptom, DiaryEntry, StoredAnswer
from lowdose.clinic.pages.access import a_course, page, public, user_of
from lowdose.clinic.pages.access import own_course as course_of
from lowdose.clinic.pages.diary_day import effect_label
from lowdose.clinic.pages.files import file_response
from lowdose.clinic.pages.pictures import diary_picture, plan_picture
from lowdose.clinic.permits import Action
from lowdose.clinic.verbs.answers import FEWEST_DAYS
from lowdose.clinic.verbs.blinding import opened_treatments
from lowdose.clinic.verbs.courses import calendar_token
from lowdose.clinic.verbs.diary import today_of
from lowdose.clinic.verbs.guesses import periods_over
from lowdose.clinic.verbs.plans import planned_doses
from lowdose.clinic.verbs.records import adherence, current_entries, diary_csv
from lowdose.clinic.verbs.reminders import course_of_token, reminder_calendar

__all__ = ["addresses"]


@page(Action.SEE_OWN_COURSE)
@require_GET
def own_course(request: HttpRequest) -> HttpResponse:
    """What the diary has shown so far, and after the opening what each period held."""
    course = course_of(user_of(request))
    content = {} if course is None else _content(course)
    return render(request, "clinic/own_course.html", {"course": course, **content})


def _content(course: Course) -> dict[str, Any]:
    entries = current_entries(course)
    taken, said = adherence(entries)
    today, doses = today_of(course, timezone.now()), planned_doses(course)
    return {
        "day_number": min(max(course.day_number(today), 0), course.days),
        "entries": entries,
        "taken": taken,
        "said": said,
        "plan": plan_picture(course, entries, doses),
        "symptoms": _symptoms(course, entries, doses),
        "periods": _periods(course, today),
        "adverse": [
            (entry.day, effect_label(event.term), event.get_severity_display())
            for entry in reversed(entries)
            for event in entry.adverse.all()
        ],
        "fewest_days": FEWEST_DAYS,
        "due": course.answer_due_at is not None,
    }


def _symptoms(
    course: Course, entries: list[DiaryEntry], doses: list[float]
) -> list[dict[str, Any]]:
    answers = {} if course.sealed else {one.symptom: one for one in course.answers.all()}
    return [
        {
            **_answered(symptom, answers.get(symptom.name)),
            "picture": diary_picture(course, symptom, entries, doses),
        }
        for symptom in course.symptoms.all()
    ]


def _answered(symptom: CourseSymptom, answer: StoredAnswer | None) -> dict[str, Any]:
    title = symptom_title(symptom)
    known = answer is not None and answer.content
    return {
        "title": title,
        "words": answer_words(answer.content, title) if answer is not None and known else None,
        "problem": "" if answer is None else answer.problem,
    }


def _periods(course: Course, today: date) -> list[dict[str, Any]]:
    treatments = opened_treatments(course)
    guesses = {one.period: one.probability_active for one in course.guesses.all()}
    over = periods_over(course, today) if course.sealed else []
    return [
        {
            "kit": kit,
            "dates": course.period_dates(kit.period),
            "held": treatments[kit.period - 1] if treatments else "",
            "guess": guesses.get(kit.period),
            "may_guess": kit.period in over,
        }
        for kit in course.kits.all()
    ]


@page(Action.TAKE_OWN_DATA)
@require_GET
def own_data(request: HttpRequest) -> HttpResponse:
    """What a patient can take along."""
    courses = Course.objects.filter(patient__account=user_of(request)).order_by("-first_day")
    return render(request, "clinic/own_data.html", {"courses": courses})


@a_course(Action.TAKE_OWN_DATA)
@require_GET
def own_diary(request: HttpRequest, course: Course) -> HttpResponse:
    """The diary as a table; its name on the telephone tells nothing."""
    record_alone("own_data_taken", actor=user_of(request), subject=course.number)
    return file_response(diary_csv(course), "diary.csv", "text/csv; charset=utf-8")


@a_course(Action.TAKE_OWN_DATA)
@require_POST
def make_calendar(request: HttpRequest, course: Course) -> HttpResponse:
    """A new secret address of the reminders, shown once; an earlier one no longer works."""
    token = calendar_token(course, actor=user_of(request))
    link = f"{settings.SITE.origin}{reverse('calendar', args=[token])}"
    subscribe = f"webcal://{link.partition('://')[2]}"
    content = {"link": link, "subscribe": subscribe}
    return render(request, "clinic/calendar_address.html", content)


@public
@guessable
@require_GET
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001
    """The reminders, for whoever has the secret address: a calendar program cannot sign in."""
    course = course_of_token(token)
    if course is None:
        raise Http404
    with translation.override(course.patient.language):
        content = reminder_calendar(course)
    return file_response(content, "diary.ics", "text/calendar; charset=utf-8", attachment=False)


addresses = [
    path("my/course", own_course, name="own_course"),
    path("my/data", own_data, name="own_data"),
    path("my/courses/<uuid:pk>/diary.csv", own_diary, name="own_diary"),
    path("my/courses/<uuid:pk>/calendar", make_calendar, name="make_calendar"),
    path("calendar/<str:token>.ics", calendar_feed, name="calendar"),
]
