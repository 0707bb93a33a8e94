"""A course: one person's treatment, from the plan to the answer.

Its days, counted from 1, in order:

    baseline      diary only, nothing taken
    open          the regimen of the plan (of a blinded course: the climb, before the periods)
    periods       of a blinded course: each the same length, each with its kit

`MOVES` says which state may follow which; nothing else can happen to a course.
"""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import ClassVar

from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from lowdose.clinic.models.people import Patient, User, new_pseudonym
from lowdose.clinic.vault import SealedText

__all__ = ["MOVES", "Change", "ChangeKind", "Course", "CourseSymptom", "State"]


class State(models.TextChoices):
    """Where a course stands."""

    PLANNED = "planned", _("Waiting for the pharmacy")
    PREPARED = "prepared", _("Ready to start")
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    STOPPED = "stopped", _("Stopped")


MOVES: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.PREPARED, State.STOPPED}),
    State.PREPARED: frozenset({State.RUNNING, State.STOPPED}),
    State.RUNNING: frozenset({State.FINISHED, State.STOPPED}),
    State.FINISHED: frozenset(),
    State.STOPPED: frozenset(),
}
"""What may follow what."""


def _new_number() -> str:
    return "C" + new_pseudonym()[1:]


class Course(models.Model):
    """One person's treatment. `plan` is the plan file (TOML) that makes the same plan again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=16, unique=True, default=_new_number)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="courses")
    prescriber = models.ForeignKey(User, models.PROTECT, related_name="courses")
    condition = models.CharField(_("condition"), max_length=40)
    plan = models.TextField()
    zone = models.CharField(max_length=64)
    first_day = models.DateField()
    baseline_days = models.PositiveSmallIntegerField(default=7)
    open_days = models.PositiveSmallIntegerField(default=0)
    periods = models.PositiveSmallIntegerField(default=0)
    period_days = models.PositiveSmallIntegerField(default=0)
    period_dose_mg = models.FloatField(default=0.0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    created_at = models.DateTimeField(auto_now_add=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    last_entry = models.DateField(null=True, blank=True)
    answer_due_at = models.DateTimeField(null=True, blank=True)  # since when
    calendar_sha256 = models.CharField(max_length=64, blank=True, default="", db_index=True)
    history = HistoricalRecords(excluded_fields=["answer_due_at", "last_entry", "calendar_sha256"])

    class Meta:
        verbose_name = _("course")
        indexes: ClassVar = [
            # not the newest entry's day beside them, which would move with every entry
            models.Index(fields=["prescriber", "state"]),
            models.Index(
                models.F("answer_due_at"),
                condition=models.Q(answer_due_at__isnull=False),
                name="answers_due",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def blinded(self) -> bool:
        """Whether there are periods whose treatment is sealed or was."""
        return self.periods > 0

    @property
    def sealed(self) -> bool:
        """Whether nobody but the pharmacy may know what a period held."""
        return self.blinded and self.opened_at is None

    @cached_property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """Of each symptom that the diary asks for, in order, the lowest and the highest number."""
        return {symptom.name: (symptom.low, symptom.high) for symptom in self.symptoms.all()}

    @property
    def days(self) -> int:
        """All days of the diary."""
        return self.baseline_days + self.open_days + self.periods * self.period_days

    @property
    def start(self) -> date:
        """The day of the first dose."""
        return self.first_day + timedelta(days=self.baseline_days)

    @property
    def last_day(self) -> date:
        """The last day of the diary."""
        return self.first_day + timedelta(days=self.days - 1)

    def day_number(self, day: date) -> int:
        """1 on the first day of the diary."""
        return (day - self.first_day).days + 1

    def period_of(self, day: date) -> int:
        """The blinded period of a day, counted from 1; 0 outside of them."""
        within = self.day_number(day) - 1 - self.baseline_days - self.open_days
        if not self.period_days or not 0 <= within < self.periods * self.period_days:
            return 0
        return within // self.period_days + 1

    def period_dates(self, period: int) -> tuple[date, date]:
        """First and last day of a period, counted from 1."""
        lead = self.baseline_days + self.open_days + (period - 1) * self.period_days
        first = self.first_day + timedelta(days=lead)
        return first, first + timedelta(days=self.period_days - 1)


class CourseSymptom(models.Model):
    """A symptom that this course's diary asks for, in order."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="symptoms")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=40)
    low = models.FloatField(default=0.0)
    high = models.FloatField(default=10.0)
    lower_is_better = models.BooleanField(default=True)
    instrument = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course", "name"], name="one_symptom_of_a_name")
        ]


class ChangeKind(models.TextChoices):
    """What a prescriber changed."""

    DOSE = "dose", _("Change of dose")
    HOLD = "hold", _("Stay at the dose")
    STOP = "stop", _("Stop")


class Change(models.Model):
    """A change of a course from a day on, with its reason. Changes are never edited."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=8, choices=ChangeKind.choices)
    day = models.DateField()
    dose_mg = models.FloatField(null=True, blank=True)
    hold_days = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = SealedText()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["day", "id"]
