"""The diary as it was sent: an entry a day, kept for ever as it came.

The day that an entry describes, the moment it was written on the device and the moment it arrived
are three things. A second entry for a day never overwrites the first: it replaces it only where
the person says so, and otherwise waits, `conflicting`, until the person has chosen.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lowdose.clinic.models.courses import Course
from lowdose.clinic.vault import SealedText

__all__ = ["AdverseEvent", "DiaryEntry", "EntryStatus", "Severity"]


class EntryStatus(models.TextChoices):
    """Whether an entry counts."""

    CURRENT = "current", _("Counts")
    REPLACED = "replaced", _("Replaced by a later one")
    CONFLICTING = "conflicting", _("Two entries for one day")


class DiaryEntry(models.Model):
    """One day. The id is made on the device, so that sending it again changes nothing.

    `ratings` maps a symptom's name to its number. `taken`: whether the day's dose was; None where
    not said. `dose_mg`: only where it differed from the plan of an open course.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    course = models.ForeignKey(Course, models.CASCADE, related_name="entries")
    day = models.DateField()
    ratings = models.JSONField(default=dict)
    taken = models.BooleanField(null=True)
    dose_mg = models.FloatField(null=True, blank=True)
    note = SealedText(blank=True, default="")
    written_at = models.DateTimeField()
    received_at = models.DateTimeField()
    late = models.BooleanField(default=False)
    status = models.CharField(
        max_length=12, choices=EntryStatus.choices, default=EntryStatus.CURRENT
    )
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("diary entry")
        ordering: ClassVar = ["day", "received_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["course", "day"],
                condition=models.Q(status="current"),
                name="one_current_entry_a_day",
            )
        ]
        indexes: ClassVar = [
            # of the few that replace one: every new entry would have a place in a whole index
            models.Index(
                models.F("replaces"),
                condition=models.Q(replaces__isnull=False),
                name="replaced_entries",
            )
        ]


class Severity(models.TextChoices):
    """How bad a side effect was."""

    MILD = "mild", _("Mild")
    MODERATE = "moderate", _("Moderate")
    SEVERE = "severe", _("Severe")


class AdverseEvent(models.Model):
    """A side effect that an entry names."""

    entry = models.ForeignKey(DiaryEntry, models.CASCADE, related_name="adverse")
    term = models.CharField(max_length=80)
    severity = models.CharField(max_length=8, choices=Severity.choices)
