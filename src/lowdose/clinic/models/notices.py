"""What wants somebody's attention, and the last answer of each course."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lowdose.clinic.models.courses import Course
from lowdose.clinic.models.people import User

__all__ = ["Notice", "NoticeKind", "StoredAnswer"]


class NoticeKind(models.TextChoices):
    """Why; in the order of urgency."""

    EMERGENCY = "emergency", _("Opened in an emergency")
    SEVERE = "severe", _("A severe side effect")
    CONFLICT = "conflict", _("Two entries for one day")
    MISSED = "missed", _("Three days without an entry")
    CLEAR = "clear", _("A clear answer")
    ENDED = "ended", _("The last day has passed")


class Notice(models.Model):
    """Something about a course that a prescriber should see. One a day and kind at most."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=NoticeKind.choices)
    day = models.DateField()
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-made_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course", "kind", "day"], name="one_notice_a_day")
        ]


class StoredAnswer(models.Model):
    """What the diary of a course said of one symptom when it was last asked.

    `content` is the object of `lowdose answer --json`, `chart` and `chart_narrow` are SVG
    drawings. `entries` is the number of entries that it rests on: with more of them it is old.
    """

    course = models.ForeignKey(Course, models.CASCADE, related_name="answers")
    symptom = models.CharField(max_length=40)
    content = models.JSONField(default=dict)
    problem = models.TextField(blank=True, default="")
    chart = models.TextField(blank=True, default="")
    chart_narrow = models.TextField(blank=True, default="")
    entries = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course", "symptom"], name="one_answer_a_symptom")
        ]
