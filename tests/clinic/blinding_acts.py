"""What those who may not know send: addresses with a query, and every form filled in.

Nothing here opens the blind. What an act needs of an earlier answer (a token that is shown once,
the hidden field of a preview), it reads from that answer, as a person would.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import reverse

from lowdose.clinic.models import Computation, Course, Patient
from lowdose.clinic.pages.diary_day import EFFECTS

BLINDED = ("patient", "prescriber", "researcher")
"""Whom the blind is for, as the scene calls them."""

REFUSED = "refused: "
"""So begins the name of an act that no moment allows."""

DIGEST = "DIGEST"
"""Stands in an address for the digest that is published of the course; it is chance."""


@dataclass(frozen=True)
class Act:
    """One thing that is sent. `kind` is the type of its content; none means a form."""

    who: str
    name: str
    address: str
    data: Any = field(default_factory=dict)
    kind: str = MULTIPART_CONTENT
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "post"

    def send(self, client: Client) -> Any:
        """The last answer, wherever it leads."""
        if self.method == "get":
            return client.get(self.address, headers=self.headers, follow=True)
        return client.post(self.address, self.data, self.kind, headers=self.headers, follow=True)


Acts = Generator[Act, bytes, None]
"""Yields acts and is sent the body of each answer."""


# Addresses with a query


def questions(course: Course, today: date) -> list[str]:
    """Every address that reads a query, with queries that somebody sends."""
    found = [
        *_lists(),
        *_exports(course),
        *_days(course, today),
        *_simulations(),
        *_of_the_api(course),
        *_computed(),
    ]
    return list(dict.fromkeys(found))


def _lists() -> Iterator[str]:
    for name in ("courses", "patients", "research_allocations", "people", "pharmacy"):
        yield from (f"{reverse(name)}?page={page}" for page in ("1", "2", "last", "none"))
    for show in ("ended", "patients", "prepared", "running"):
        yield f"{reverse('courses')}?show={show}&page=2"
        yield f"{reverse('people')}?show={show}"
        yield f"{reverse('pharmacy')}?show={show}&number=C"
    yield f"{reverse('health')}?detail=1"
    for digest in (DIGEST, "0" * 64, "no digest"):
        yield f"{reverse('research_allocations')}?digest={digest}"


def _exports(course: Course) -> Iterator[str]:
    at = reverse("export_file", args=[course.pk])
    for form in ("zip", "fhir", "redcap", "redcap_dictionary", "another"):
        yield f"{at}?form={form}"
        yield f"{at}?form={form}&notes=on"


def _days(course: Course, today: date) -> Iterator[str]:
    borders = [day for period in (1, 2, 3, 4) for day in course.period_dates(period)]
    for day in (course.first_day, today, *borders, course.last_day + timedelta(days=9), "never"):
        yield f"{reverse('diary')}?day={day}"


def _simulations() -> Iterator[str]:
    for name in ("simulator", "simulator_result"):
        for said in (
            "climb=constant&dose=4.5&days=14&hypothesis=glia&condition=chronic+pain",
            "climb=usual&dose=3&days=56&hypothesis=rebound&condition=fibromyalgia",
            "climb=steep&dose=99&days=x",
        ):
            yield f"{reverse(name)}?{said}"


def _of_the_api(course: Course) -> Iterator[str]:
    for query in ("limit=1", "limit=1&cursor=bm90IG9uZQ", "limit=1000"):
        yield f"{reverse('api:list_courses')}?{query}"
    for notes in ("true", "false", "perhaps"):
        yield f"{reverse('api:fhir_out', args=[course.pk])}?notes={notes}"


def _computed() -> Iterator[str]:
    """Whatever was asked of the worker until now, as the page asks for it again."""
    for key in Computation.objects.order_by("pk").values_list("pk", flat=True):
        for name in ("computed", "pool_part"):
            at = reverse(name, args=[key])
            yield from (at, f"{at}?seen=waiting", f"{at}?seen=made")
        yield from (reverse(name, args=[key]) for name in ("pool", "pool_array"))


# Forms filled in


def acts_of(who: str, course: Course, other: Patient, now: datetime) -> Acts:
    """Everything that `who` sends; other: a patient of the prescriber who has no part in this."""
    if who == "patient":
        yield from _diary(course, now)
        yield from guesses_of(course)
        yield from _calendar(course)
        yield from _api_entries(course, now)
    elif who == "prescriber":
        yield from _patients(course, other)
        yield from _plans(other, now)
        yield from _changes(course)
        yield from _imports(course)
        yield from _seen(course)
    elif who == "researcher":
        yield from _pools()
        yield from _tokens(who)
    yield from _profile(who)


def final_acts(course: Course) -> list[Act]:
    """What ends a course: each alone, since nothing follows it."""
    reason = {"reason": "it is enough"}
    return [
        Act("prescriber", "stop", reverse("stop_course", args=[course.pk]), reason),
        Act("prescriber", "finish", reverse("finish_course", args=[course.pk])),
    ]


def newest_day(course: Course, now: datetime) -> date:
    """The day that the diary opens on."""
    return min(max(now.date(), course.first_day), course.last_day)


def _number(number: int) -> UUID:
    """A number that a device makes, the same in each world."""
    return UUID(int=number, version=4)


def _entry(number: int, day: date, now: datetime, **said: Any) -> dict[str, Any]:
    return {
        "id": str(_number(number)),
        "day": day.isoformat(),
        "written_at": now.isoformat(),
        "ratings": {"pain": 7.0},
        "taken": True,
        "note": "slept badly",
        **said,
    }


def _diary(course: Course, now: datetime) -> Acts:
    newest, device = newest_day(course, now), reverse("diary_entries")
    filled = _filled_in(newest)
    yield Act("patient", "a day", reverse("diary"), filled)
    yield Act("patient", f"{REFUSED}no rating", reverse("diary"), {**filled, "rating-0": "99"})
    severe = [{"term": "nausea", "severity": "severe"}]
    entries = [
        _entry(11, newest, now, ratings={"pain": 1.0}),
        _entry(12, newest - timedelta(days=3), now, adverse=severe),
        _entry(13, newest - timedelta(days=40), now),
        _entry(14, newest + timedelta(days=90), now),
        _entry(15, newest, now, ratings={"pain": 99.0}),
    ]
    sent = {"course": str(course.pk), "entries": entries}
    yield Act("patient", "days from a device", device, sent, "application/json")
    yield Act("patient", "the same days again", device, sent, "application/json")
    yield Act("patient", f"{REFUSED}no days", device, {"entries": 1}, "application/json")
    yield Act(
        "patient", "which one counts", reverse("diary_conflicts"), {"entry": str(_number(11))}
    )


def _filled_in(day: date) -> dict[str, str]:
    """The diary's form without a script: every field said."""
    severities = {f"severity-{n}": "moderate" for n in range(len(EFFECTS))}
    effects = {f"effect-{n}": EFFECTS[n].term for n in range(len(EFFECTS))}
    return {
        "id": str(_number(10)),
        "day": day.isoformat(),
        "replaces": "",
        "taken": "yes",
        "rating-0": "6",
        "rating-1": "3.5",
        **effects,
        **severities,
        "own-effect": "tingling",
        "own-severity": "severe",
        "note": "a long day",
    }


def guesses_of(course: Course) -> Acts:
    """What the patient says of each period, and then something else, and then nothing."""
    for period in range(1, course.periods + 1):
        at = reverse("guess", args=[period])
        yield Act("patient", f"guess {period}", at, {"probability": "90"})
        yield Act("patient", f"other guess {period}", at, {"probability": "15"})
        yield Act("patient", f"no idea {period}", at, {"probability": "50", "no_idea": "on"})
    wrong = {"probability": "101"}
    yield Act("patient", f"{REFUSED}guess", reverse("guess", args=[1]), wrong)


def _calendar(course: Course) -> Acts:
    made = yield Act("patient", "calendar", reverse("make_calendar", args=[course.pk]))
    address = _found(r"/calendar/[\w-]+\.ics", made)
    if address:
        yield Act("patient", "the calendar's address", address, method="get")


def _api_entries(course: Course, now: datetime) -> Acts:
    bearer = yield from _tokens("patient")
    day = newest_day(course, now) - timedelta(days=1)
    sent = {"entries": [_entry(21, day, now)]}
    at = reverse("api:enter_days", args=[course.pk])
    yield Act("patient", "api: a day", at, sent, "application/json", bearer)


def _tokens(who: str) -> Generator[Act, bytes, dict[str, str]]:
    """Make a token, and another that is taken back at once; the first one as a header."""
    made = yield Act(who, "token", reverse("tokens"), {"label": "a program", "days": "30"})
    shown = yield Act(who, "another token", reverse("tokens"), {"label": "b", "days": "7"})
    address = _found(r"/profile/tokens/[0-9a-f-]{36}/revoke", shown)
    if address:
        yield Act(who, "take a token back", address)
    wrong = {"label": "", "days": "8"}
    yield Act(who, f"{REFUSED}token", reverse("tokens"), wrong)
    bearer = {"Authorization": f"Bearer {_found('lowdose_[A-Za-z0-9_-]+', made)}"}
    yield Act(who, "api: who", reverse("api:me"), headers=bearer, method="get")
    return bearer


def _profile(who: str) -> Acts:
    """Norwegian from now on: what is read afterwards is read in the other language."""
    said = {"language": "nb", "time_zone": "Europe/Oslo"}
    yield Act(who, "profile", reverse("profile"), said)
    wrong = {"language": "nb", "time_zone": "Moon/Sea"}
    yield Act(who, f"{REFUSED}profile", reverse("profile"), wrong)
    shown = yield Act(who, "own sessions", reverse("sessions"), method="get")
    address = _found(r"/profile/sessions/[0-9a-f-]{36}/end", shown)
    if address:
        yield Act(who, "one session ended", address)
    yield Act(who, "all other sessions ended", reverse("end_sessions"))


def _patients(course: Course, other: Patient) -> Acts:
    noted = {"name": "Ola", "contact": "none", "time_zone": "Europe/Oslo", "language": "en"}
    yield Act("prescriber", "a patient", reverse("new_patient"), noted)
    changed = {**noted, "name": "Kari N."}
    at = reverse("change_patient", args=[course.patient_id])
    yield Act("prescriber", "another name", at, changed)
    yield Act("prescriber", f"{REFUSED}zone", at, {**changed, "time_zone": "Moon/Sea"})
    made = yield Act("prescriber", "invitation", reverse("invite", args=[other.pk]))
    address = _found(r"/invitation/[\w-]+/", made)
    yield Act("nobody", "the invitation", address, method="get")
    yield Act("nobody", "accepted", address)


def _plans(other: Patient, now: datetime) -> Acts:
    preview, plan = (reverse(name, args=[other.pk]) for name in ("preview_course", "new_course"))
    for design in ("open", "blinded"):
        said = {**PLAN, "first_day": str(now.date() + timedelta(days=7)), "design": design}
        yield Act("prescriber", f"preview, {design}", preview, said)
        yield Act("prescriber", f"plan, {design}", plan, said)
    yield Act("prescriber", f"{REFUSED}plan", plan, {**said, "opioids": "current"})


PLAN = {
    "condition": "fibromyalgia",
    "symptoms": ["pain"],
    "opioids": "stopped",
    "opioids_stopped": "2025-01-01",
    "opioids_name": "codeine",
    "medicines": "none",
    "liver": "none",
    "kidney": "none",
    "pregnant": "no",
    "breast_feeding": "no",
    "surgery": "none",
    "immune": "none",
    "thyroid": "no",
    "allergy": "none",
    "age_years": "44",
    "specialist": "on",
    "template": "own",
    "start_mg": "1.5",
    "step_mg": "1.5",
    "every_days": "7",
    "target_mg": "4.5",
    "time": "bedtime",
    "baseline_days": "14",
    "target_days": "28",
    "periods": "4",
    "period_days": "14",
    "preparation": "capsules",
    "strengths": "1.5, 4.5",
}
"""A plan with every question answered, by the names of the form's fields."""


def _changes(course: Course) -> Acts:
    at, api = (reverse(n, args=[course.pk]) for n in ("change_course", "api:change_course"))
    climb = course.start + timedelta(days=8)
    within = course.period_dates(2)[0] + timedelta(days=2)
    dose = {"kind": "dose", "dose_mg": "3", "hold_days": "", "reason": "vivid dreams"}
    hold = {"kind": "hold", "dose_mg": "", "hold_days": "3", "reason": "a cold"}
    yield Act("prescriber", "dose", at, {**dose, "day": str(climb)})
    yield Act("prescriber", "hold", at, {**hold, "day": str(climb + timedelta(days=1))})
    yield Act("prescriber", f"{REFUSED}dose in a period", at, {**dose, "day": str(within)})
    yield Act("prescriber", f"{REFUSED}hold in a period", at, {**hold, "day": str(within)})
    bearer = yield from _tokens("prescriber")
    for name, day in (("", climb + timedelta(days=2)), (REFUSED, within)):
        said = {"kind": "dose", "day": str(day), "dose_mg": 1.5, "reason": "as agreed"}
        yield Act("prescriber", f"{name}api: dose", api, said, "application/json", bearer)


def _imports(course: Course) -> Acts:
    at = reverse("import_course", args=[course.pk])
    for name, content in _files(course):
        file = SimpleUploadedFile("diary.csv", content, "text/csv")
        shown = yield Act("prescriber", f"file, {name}", at, {"file": file})
        days = _found(r'(?<=name="days" value=")[^"]+', shown)
        if days:
            yield Act("prescriber", f"file, {name}, stored", at, {"days": days})
    yield Act("prescriber", f"{REFUSED}file, changed", at, {"days": "eyJ9:1:2"})
    fhir = reverse("api:fhir_out", args=[course.pk])
    bundle = yield Act("prescriber", "bundle", f"{fhir}?notes=true", method="get")
    yield Act("prescriber", "api: the bundle back", fhir, bundle, "application/json")


def _files(course: Course) -> Iterator[tuple[str, bytes]]:
    """Days that are missing, days that say something else, and what is no diary."""
    for name, back in (("new", 2), ("other", 1)):
        rows = [
            f"{course.first_day + timedelta(days=day)},{2 + back},1" for day in range(back, 10, 3)
        ]
        yield name, "\n".join(["date,pain,fatigue", *rows, ""]).encode()
    yield f"{REFUSED}no diary", b"date,pain\nyesterday,much\n"


def _seen(course: Course) -> Acts:
    for number in course.notices.order_by("pk").values_list("pk", flat=True):
        yield Act("prescriber", "notice seen", reverse("see_notice", args=[course.pk, number]))


def _pools() -> Acts:
    for symptom in ("pain", "fatigue"):
        yield Act("researcher", f"pool, {symptom}", reverse("research_pool"), {"symptom": symptom})
    wrong = {"symptom": "mood of the moon"}
    yield Act("researcher", f"{REFUSED}pool", reverse("research_pool"), wrong)


def _found(pattern: str, body: bytes) -> str:
    """The first of these that an answer shows; nothing where it shows none."""
    found = re.search(pattern, body.decode(errors="replace"))
    return found.group() if found else ""
