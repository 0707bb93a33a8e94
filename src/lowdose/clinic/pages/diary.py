"""The diary on a telephone: the page, what a device sends and asks for, two entries for one day.

Every entry goes one way, whether a script sends it or a form: the object of one day, read by
`diary_day`, stored by `verbs.diary.enter`.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any, NoReturn
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lowdose.clinic.instruments import symptom_title
from lowdose.clinic.library_words.phrases import said
from lowdose.clinic.models import Course, DiaryEntry, EntryStatus, Severity, User
from lowdose.clinic.pages.access import let_in, own_course, page, user_of
from lowdose.clinic.pages.diary_day import EFFECTS, MOST_OWN, effect_label, form_content, read_day
from lowdose.clinic.pages.diary_state import diary_state, first_choice, strip
from lowdose.clinic.pages.offline import script_words
from lowdose.clinic.permits import Action
from lowdose.clinic.verbs import diary as verbs
from lowdose.clinic.verbs.diary import MOST_AT_ONCE, Day, Outcome, today_of
from lowdose.clinic.verbs.diary_course import course_for_entries
from lowdose.errors import InputError

__all__ = ["addresses"]

_REFUSED = "refused"
_EMPTY_LINES = 3


@page(Action.KEEP_DIARY)
@require_http_methods(["GET", "POST"])
def diary(request: HttpRequest) -> HttpResponseBase:
    """The diary; without a script its form is sent here."""
    course = own_course(user_of(request))
    if request.method == "POST":
        return _posted(request, course)
    return _diary_page(request, course)


def _diary_page(
    request: HttpRequest, course: Course | None, problem: InputError | None = None
) -> HttpResponse:
    now = timezone.now()
    state = diary_state(user_of(request), course, now)
    content: dict[str, Any] = {
        "state": state,
        "problem": problem,
        "words": script_words(),
        "effects": _effects({}),
        "own_effects": _own_effects({}),
        "most_own": MOST_OWN,
        "severities": Severity.choices,
        "new_id": uuid4(),
    }
    if course is not None:
        today = today_of(course, now)
        chosen = _chosen(request, course, today)
        content |= _day_content(course, state, chosen, today)
    status = 400 if problem else 200
    return render(request, "clinic/diary.html", content, status=status)


def _chosen(request: HttpRequest, course: Course, today: date) -> date:
    """The day of the address, or today."""
    newest = first_choice(course, today)
    try:
        wanted = date.fromisoformat(request.GET.get("day") or request.POST.get("day") or "")
    except ValueError:
        return newest
    return wanted if course.first_day <= wanted <= newest else newest


def _day_content(
    course: Course, state: dict[str, Any], chosen: date, today: date
) -> dict[str, Any]:
    entry = state["days"].get(chosen.isoformat(), {}).get("entry") or {}
    ratings = entry.get("ratings", {})
    days = strip(course, state, chosen, today)
    return {
        "day": chosen,
        "today": today,
        "strip": days,
        "entry": entry,
        "asks_dose": chosen >= course.start,
        "symptoms": [{**one, "value": ratings.get(one["name"])} for one in state["symptoms"]],
        "effects": _effects({one["term"]: one["severity"] for one in entry.get("adverse", ())}),
        "own_effects": _own_effects(entry),
        "conflicts": any(one["status"] == "conflict" for one in state["days"].values()),
    }


def _effects(said: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"term": one.term, "label": one.label, "severity": said.get(one.term, "")}
        for one in EFFECTS
    ]


def _own_effects(entry: dict[str, Any]) -> list[dict[str, str]]:
    """Those in the patient's own words, and lines for more; a script shows one line at a time."""
    offered = {one.term for one in EFFECTS}
    own = [one for one in entry.get("adverse", ()) if one["term"] not in offered]
    return own + [{}] * max(min(_EMPTY_LINES, MOST_OWN - len(own)), 0)


def _posted(request: HttpRequest, course: Course | None) -> HttpResponseBase:
    if course is None:
        return redirect("diary")
    now = timezone.now()
    try:
        day = read_day(form_content(course, request.POST, now))
        outcome = verbs.enter(course, [day], actor=user_of(request), now=now)[0]
    except InputError as error:
        return _diary_page(request, course, error)
    if outcome is Outcome.CONFLICT:
        return redirect("diary_conflicts")
    messages.success(request, _("Stored. Thank you."))
    return redirect("diary")


@page(Action.KEEP_DIARY)
@require_GET
def state(request: HttpRequest) -> JsonResponse:
    """What the device keeps of the course, and the token that it sends entries with."""
    user = user_of(request)
    known = diary_state(user, own_course(user), timezone.now())
    return JsonResponse({**known, "csrf": get_token(request)})


@page(Action.KEEP_DIARY)
@require_POST
def entries(request: HttpRequest) -> JsonResponse:
    """Entries from a device: of each, in their order, what became of it."""
    user = user_of(request)
    try:
        if request.content_type != "application/json":
            raise ValueError
        sent = json.loads(request.body, parse_constant=_no_number)
        course, written = UUID(sent["course"]), sent["entries"]
        if not isinstance(written, list) or len(written) > MOST_AT_ONCE:
            raise ValueError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return JsonResponse({"problem": _("What was sent could not be read.")}, status=400)
    return JsonResponse({"outcomes": _entered(_course(request, course), written, user)})


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _course(request: HttpRequest, pk: UUID) -> Course:
    """One of the patient's own courses: an entry may have waited while a new one began."""
    return let_in(request, Action.KEEP_DIARY, course_for_entries(pk))


def _entered(course: Course, written: list[object], user: User) -> list[dict[str, str]]:
    """Good entries are stored, also beside bad ones; a bad one would stop the others for ever."""
    now = timezone.now()
    read = [_good(course, one, now) for one in written]
    good = [one for one in read if isinstance(one, Day)]
    outcomes = iter(verbs.store(course, good, actor=user, now=now) if good else ())
    return [
        {"outcome": str(next(outcomes))} if isinstance(one, Day) else _refusal(one) for one in read
    ]


def _good(course: Course, written: object, now: datetime) -> Day | str:
    """The day, or why it cannot be stored."""
    try:
        day = read_day(written)
    except InputError as error:
        faults = list(error.faults)
    else:
        faults = verbs.check_day(course, day, now)
        if not faults:
            return day
    return "; ".join(f"{said(fault.place)}: {said(fault.expected)}" for fault in faults)


def _refusal(why: str) -> dict[str, str]:
    return {"outcome": _REFUSED, "why": why}


@page(Action.KEEP_DIARY)
@require_http_methods(["GET", "POST"])
def conflicts(request: HttpRequest) -> HttpResponseBase:
    """Days with two entries: the patient says which one counts."""
    course = own_course(user_of(request))
    if course is None:
        return redirect("diary")
    if request.method == "POST":
        _choose(request, course)
        return redirect("diary_conflicts")
    return render(request, "clinic/conflicts.html", {"days": _days_with_two(course)})


def _choose(request: HttpRequest, course: Course) -> None:
    try:
        chosen = UUID(request.POST.get("entry", ""))
    except ValueError:
        raise Http404 from None
    waiting = course.entries.exclude(status=EntryStatus.REPLACED)
    entry = get_object_or_404(waiting, pk=chosen)
    verbs.choose(entry, actor=user_of(request), now=timezone.now())
    messages.success(request, _("Chosen. The other one is kept, but does not count."))


def _days_with_two(course: Course) -> list[dict[str, Any]]:
    waiting = course.entries.filter(status=EntryStatus.CONFLICTING).values("day")
    found = course.entries.filter(day__in=waiting).exclude(status=EntryStatus.REPLACED)
    symptoms = list(course.symptoms.all())
    days: dict[date, list[dict[str, Any]]] = {}
    for entry in found.order_by("day", "written_at").prefetch_related("adverse"):
        ratings = [(symptom_title(one), entry.ratings.get(one.name)) for one in symptoms]
        days.setdefault(entry.day, []).append(
            {"entry": entry, "ratings": ratings, "effects": _named(entry)}
        )
    return [{"day": day, "versions": versions} for day, versions in days.items()]


def _named(entry: DiaryEntry) -> list[str]:
    return [
        f"{effect_label(event.term)} ({event.get_severity_display()})"
        for event in entry.adverse.all()
    ]


addresses = [
    path("diary/", diary, name="diary"),
    path("diary/state", state, name="diary_state"),
    path("diary/entries", entries, name="diary_entries"),
    path("diary/conflicts", conflicts, name="diary_conflicts"),
]
