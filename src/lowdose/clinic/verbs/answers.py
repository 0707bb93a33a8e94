"""The answer of a course: asked for here, worked out by the worker, stored for the pages.

    want_answer     notes in the course since when its answer is due
    begin_answers   called by the worker, again and again: queues a few that are due
    answer_course   the task

No page ever works one out itself: that takes seconds and loads JAX. Of a sealed course there is no
answer but that it is sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from lowdose.clinic.models import Course, DiaryEntry, NoticeKind, StoredAnswer
from lowdose.clinic.statements import carry_out, stored_key
from lowdose.clinic.verbs.notices import notify
from lowdose.clinic.verbs.records import current_entries, diary_csv, read_options
from lowdose.errors import LowdoseError

if TYPE_CHECKING:
    from lowdose.diary.options import ReadOptions

__all__ = ["FEWEST_DAYS", "answer_course", "begin_answers", "prior_of", "want_answer"]

FEWEST_DAYS = 7
_CLEAR = frozenset({"working", "not_working", "harmful"})
_WIDE_PX, _NARROW_PX = 688, 288
_MOMENT = timedelta(seconds=10)
_AT_ONCE = 100

# One statement, as it is asked of everybody every evening, all at the same hour.
_WANTED = f"""
    UPDATE {Course._meta.db_table} SET answer_due_at = COALESCE(answer_due_at, %s),
        last_entry = CASE WHEN last_entry > %s THEN last_entry ELSE COALESCE(%s, last_entry) END
    WHERE id = %s"""


def want_answer(course: Course, newest: date | None = None) -> None:
    """Have it worked out, once, however often this is called before the worker gets to it.

    newest: the newest of the days that came, noted in the course also where the blind is not
    opened and no answer may be worked out.
    """
    now = None if course.sealed else connection.ops.adapt_datetimefield_value(timezone.now())
    day = None if newest is None else newest.isoformat()
    carry_out(_WANTED, [now, day, day, stored_key(course.pk)])


def begin_answers(now: datetime) -> int:
    """Queue a few of the answers that are due, the longest due first; how many.

    A moment after they were wanted: a whole evening's entries come first, then their answers.
    """
    due = Course.objects.filter(answer_due_at__lte=now - _MOMENT).order_by("answer_due_at", "pk")
    under_way = DBTaskResult.objects.filter(task_path=answer_course.module_path, finished_at=None)
    chosen = list(due.values_list("pk", flat=True)[:_AT_ONCE])
    if not chosen or under_way.exists():
        return 0
    for pk in chosen:  # each for itself: a long transaction would let everybody else wait
        answer_course.enqueue(str(pk))
    return len(chosen)


@task()
def answer_course(course_id: str) -> None:
    """Work out what the diary of a course says of each symptom, and store it."""
    Course.objects.filter(pk=course_id).update(answer_due_at=None)
    course = Course.objects.select_related("patient").get(pk=course_id)
    if course.sealed:
        return
    entries = current_entries(course)
    text = diary_csv(course, entries)
    for symptom in course.symptoms.all():
        StoredAnswer.objects.update_or_create(
            course=course,
            symptom=symptom.name,
            defaults={
                "content": {},
                "problem": "",
                "chart": "",
                "chart_narrow": "",
                **_answered(course, symptom.name, text, _rated(entries, symptom.name)),
                "entries": len(entries),
                "made_at": timezone.now(),
            },
        )
    _note_clear(course)


def _rated(entries: list[DiaryEntry], symptom: str) -> int:
    return sum(symptom in entry.ratings for entry in entries)


def _answered(course: Course, symptom: str, text: str, days: int) -> Mapping[str, Any]:
    """Content and pictures of one answer, or the reason why there is none."""
    if days < FEWEST_DAYS:
        return {"problem": f"few_days:{FEWEST_DAYS}"}
    from lowdose.diary.read import read_diary
    from lowdose.inference.answer import infer
    from lowdose.inference.options import Options
    from lowdose.report.answer_json import answer_json
    from lowdose.report.charts.answer_charts import course_chart
    from lowdose.report.charts.svg import to_svg

    try:
        options = _only(read_options(course), symptom)
        diary = read_diary(text.encode(), options=options)
        reference = "placebo" if course.blinded else ""
        answer = infer(
            diary,
            symptom=symptom,
            prior=prior_of(course.condition, symptom),
            options=Options(reference=reference),
        )
    except LowdoseError as error:
        return {"problem": str(error)}
    chart = course_chart(answer)
    return {
        "content": answer_json(answer),
        "chart": to_svg(chart, width=_WIDE_PX, theme="light", heading=False),
        "chart_narrow": to_svg(chart, width=_NARROW_PX, theme="light", heading=False),
    }


def _only(options: ReadOptions, symptom: str) -> ReadOptions:
    others = tuple(name for name in options.symptoms or () if name != symptom)
    return replace(options, symptoms=(symptom,), ignore=others)


def prior_of(condition: str, symptom: str) -> str:
    """The prior of the condition where the record has one for this symptom."""
    return "fibromyalgia" if (condition, symptom) == ("fibromyalgia", "pain") else "weak"


def _note_clear(course: Course) -> None:
    """A clear answer is worth a notice, once a course."""
    verdicts = {one.content.get("verdict") for one in course.answers.all()}
    told = course.notices.filter(kind=NoticeKind.CLEAR).exists()
    if verdicts & _CLEAR and not told:
        now = timezone.now()
        notify(course, NoticeKind.CLEAR, now.date(), now)
