"""What the courses of a site say together: arrays and their answer, never one person's.

Only courses whose treatments may be known, one a person, in the order in which they closed. Within
a cell (condition, dose, blinded or not) they enter in fives: two pools can then never differ by
fewer than five people, so that no difference of two arrays is somebody's own.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Min
from django.utils.crypto import salted_hmac

from lowdose.clinic.chain import record
from lowdose.clinic.models import (
    Computation,
    ComputationKind,
    Course,
    CourseSymptom,
    DiaryEntry,
    EntryStatus,
    State,
    User,
)
from lowdose.clinic.verbs.computed import want
from lowdose.errors import InputError

if TYPE_CHECKING:
    from lowdose.diary.entries import Diary
    from lowdose.inference.options import Options
    from lowdose.inference.pool.values import Course as OneEffect

__all__ = ["LEAST_PEOPLE", "ask_for_pool", "closed_courses", "pooled"]

LEAST_PEOPLE = 5
_ENDED = (State.FINISHED, State.STOPPED)
_WIDE_PX, _NARROW_PX = 688, 288


def closed_courses(symptom: str) -> list[Course]:
    """Those that may be pooled: ended or opened, not sealed; the first of each person."""
    asked = Course.objects.filter(symptoms__name=symptom)
    open_ended = asked.filter(periods=0, state__in=_ENDED)
    opened = asked.filter(periods__gt=0, opened_at__isnull=False)
    ended = Course.history.filter(state__in=_ENDED).values("id").annotate(at=Min("history_date"))
    closed_at = dict(ended.values_list("id", "at"))
    found = [(closed_at.get(one.pk, one.created_at), one) for one in open_ended]
    found += [(one.opened_at or one.created_at, one) for one in opened]
    first: dict[UUID, Course] = {}
    for _at, course in sorted(found, key=lambda pair: (pair[0], pair[1].number)):
        first.setdefault(course.patient_id, course)
    return list(first.values())


@transaction.atomic
def ask_for_pool(symptom: str, *, actor: User) -> Computation | None:
    """Have the closed courses pooled; made once for the same courses and the same entries.

    None where the person waits for three computations already.
    """
    courses = closed_courses(symptom)
    entries = DiaryEntry.objects.filter(course__in=courses, status=EntryStatus.CURRENT)
    latest = entries.aggregate(at=Max("received_at"), n=Count("pk"))
    said = [[str(one.pk) for one in courses], latest["n"], str(latest["at"])]
    state = hashlib.sha256(json.dumps(said).encode()).hexdigest()
    record("pool_asked", actor=actor, symptom=symptom)
    return want(ComputationKind.POOL, {"symptom": symptom, "state": state}, actor=actor)


def pooled(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Pool them: {"few": true}, or {"answer": ..., "share": ..., "text": ..., "chart": ...}."""
    symptom = asked["symptom"]
    courses = _alike(closed_courses(symptom), symptom)
    if len(courses) < LEAST_PEOPLE:
        return {"few": True}
    from lowdose.diary.entries import Direction
    from lowdose.inference.pool.pool import answer_of, belief_of
    from lowdose.inference.pool.share import contribution, share_json
    from lowdose.report.charts.pool_chart import pool_chart
    from lowdose.report.charts.svg import to_svg
    from lowdose.report.pool_text import pool_json, pool_text

    effects = list(_in_fives(_effects(courses, symptom)))
    if not effects:
        return {"few": True}
    rated = CourseSymptom.objects.get(course=courses[0], name=symptom)
    direction = Direction.LOWER_IS_BETTER if rated.lower_is_better else Direction.HIGHER_IS_BETTER
    scale = rated.low, rated.high
    whole = contribution(effects, symptom=symptom, scale=scale, site=_site())
    answer = answer_of(whole, [], belief_of("weak", symptom))
    chart = pool_chart(answer, direction)
    wide, narrow = (
        to_svg(chart, width=width, theme="light", heading=False) for width in (_WIDE_PX, _NARROW_PX)
    )
    return {
        "answer": pool_json(answer, direction),
        "text": [" ".join(part.split()) for part in pool_text(answer, direction).split("\n\n")],
        "chart": {"wide": wide, "narrow": narrow, "caption": chart.description},
        "share": share_json(whole),
    }


def _site() -> str:
    """A name of this site's array that is always the same and says nothing."""
    return salted_hmac("lowdose.clinic.pool", "site").hexdigest()[:32]


def _alike(courses: list[Course], symptom: str) -> list[Course]:
    """Those rated on the scale that most are rated on."""
    rows = CourseSymptom.objects.filter(course__in=courses, name=symptom)
    scales: dict[tuple[float, float, bool], set[Any]] = defaultdict(set)
    for row in rows:
        scales[row.low, row.high, row.lower_is_better].add(row.course_id)
    usual = max(scales.values(), key=len, default=set())
    return [course for course in courses if course.pk in usual]


def _effects(courses: Iterable[Course], symptom: str) -> Iterator[OneEffect]:
    """Every effect of every course, in the order of the courses."""
    from lowdose.inference.options import Options
    from lowdose.inference.pool.likelihood import courses_of

    for course in courses:
        options = Options(reference="placebo" if course.blinded else "")
        diary = _diary(course, symptom, options)
        if diary is not None:
            found = courses_of(
                [diary], symptom=symptom, options=options, condition=course.condition
            )
            yield from found


def _diary(course: Course, symptom: str, options: Options) -> Diary | None:
    """A course's diary, by a name that is nobody's; None where it compares nothing."""
    from dataclasses import replace

    from lowdose.clinic.verbs.records import diary_csv, read_options
    from lowdose.diary.read import read_diary
    from lowdose.inference.frame import build_frame, pick_symptom
    from lowdose.inference.prior_choice import choose_prior

    try:
        diary = read_diary(diary_csv(course).encode(), options=read_options(course))
        build_frame(diary, pick_symptom(diary, symptom), choose_prior("weak", symptom), options)
    except InputError:
        return None
    return replace(diary, person=str(course.pk))


def _in_fives(effects: Iterable[OneEffect]) -> Iterator[OneEffect]:
    """Of each cell the first 5, 10, 15, ... effects."""
    cells: dict[Any, list[OneEffect]] = defaultdict(list)
    for one in effects:
        cells[one.cell].append(one)
    for found in cells.values():
        yield from found[: len(found) // LEAST_PEOPLE * LEAST_PEOPLE]
