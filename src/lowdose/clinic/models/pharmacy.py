"""What the pharmacy made for a course. Of a sealed course only the pharmacy may read it."""

from __future__ import annotations

from django.db import models

from lowdose.clinic.models.courses import Course
from lowdose.clinic.models.people import User
from lowdose.clinic.vault import SealedText

__all__ = ["Preparation"]


class Preparation(models.Model):
    """One time of making: lot, day, beyond-use date, who. Sealed: a lot could tell kits apart."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="preparations")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_on = models.DateField()
    beyond_use = models.DateField()
    lot = SealedText()
    placebo_lot = SealedText(blank=True, default="")
    note = SealedText(blank=True, default="")
    recorded_at = models.DateTimeField()
