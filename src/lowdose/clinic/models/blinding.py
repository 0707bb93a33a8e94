"""The sealed side of a blinded course: kits that everyone may see, and the allocation.

The allocation stands in a table of its own, encrypted with a key of its own that lies outside the
database, at one length whatever it says. `digest` is published when it is drawn: whoever opens
the allocation later can check that it is the one that was sealed.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lowdose.clinic.models.courses import Course
from lowdose.clinic.models.people import User
from lowdose.clinic.vault import SealedText

__all__ = ["Allocation", "Guess", "Kit"]


class Kit(models.Model):
    """The bottle of one period. Its code is drawn on its own and says nothing."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="kits")
    period = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=8)

    class Meta:
        ordering: ClassVar = ["period"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course", "period"], name="one_kit_a_period"),
            models.UniqueConstraint(fields=["course", "code"], name="one_code_a_kit"),
        ]


class Allocation(models.Model):
    """What each period of a course holds, sealed. Read by `verbs.blinding` only."""

    course = models.OneToOneField(Course, models.CASCADE, primary_key=True, related_name="+")
    sealed = models.TextField()
    digest = models.CharField(max_length=64)
    opened_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reason = SealedText(blank=True, default="")
    emergency = models.BooleanField(default=False)


class Guess(models.Model):
    """What the patient thought a period held: 0 surely placebo, 1 surely naltrexone."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="guesses")
    period = models.PositiveSmallIntegerField()
    probability_active = models.FloatField()
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["course", "period"], name="one_guess_a_period")
        ]
