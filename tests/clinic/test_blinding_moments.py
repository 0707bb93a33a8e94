"""At no moment of a blinded course anything tells its periods apart, to nobody but the pharmacy."""

from __future__ import annotations

from datetime import date

import pytest
from blinding_worlds import (
    AFTER,
    BORDER,
    IN_THE_FIRST,
    MOMENTS,
    Moment,
    a_scene,
    both_worlds,
    differing,
    differing_rows,
    looks,
)
from django.urls import reverse

from lowdose.clinic.models import Course, Notice, NoticeKind
from lowdose.clinic.verbs.attention import Reason, reasons
from lowdose.clinic.verbs.blinding import ACTIVE, read_allocation


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.parametrize("moment", MOMENTS, ids=lambda one: one.name.replace(" ", "_"))
def test_at_no_moment_anything_tells_the_periods_apart(moment: Moment) -> None:
    """Nor to anybody without a role, nor to the administrator, nor once the course has ended."""
    worlds = both_worlds(moment, thorough=True)
    one, other = worlds

    assert ("patient", "after stop", reverse("diary")) in one.answers
    assert [at for at, answer in one.answers.items() if answer.status >= 500] == []
    assert [at for at, answer in one.answers.items() if answer.reads_sealed] == []
    assert differing(worlds) == []
    assert differing_rows(worlds) == []
    assert one.log == other.log


@pytest.mark.django_db
def test_a_leak_at_one_moment_is_found_then_and_not_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def telling(course: Course, today: date, unseen: list[Notice]) -> list[Reason]:
        found = reasons(course, today, unseen)
        treatments = read_allocation(course, actor=None).treatments
        if course.period_of(today) == 1 and treatments[0] == ACTIVE:
            found.append(Reason(NoticeKind.MISSED, today))
        return found

    monkeypatch.setattr("lowdose.clinic.pages.courses.reasons", telling)

    assert _differ_at(IN_THE_FIRST)
    assert _differ_at(BORDER)
    assert not _differ_at(AFTER)


def _differ_at(moment: Moment) -> bool:
    with a_scene(moment) as scene:
        return bool(differing(looks(scene, [reverse("courses")])))
