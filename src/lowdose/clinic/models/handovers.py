"""That a patient went from one prescriber to another, why, and whether the new one has seen it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from lowdose.clinic.models.people import Patient, User
from lowdose.clinic.vault import SealedText

__all__ = ["HandOver"]


class HandOver(models.Model):
    """One patient handed over. The reason is encrypted: it may say something about somebody."""

    patient = models.ForeignKey(Patient, models.CASCADE, related_name="hand_overs")
    before = models.ForeignKey(User, models.PROTECT, related_name="+")
    after = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = SealedText(blank=True, default="")
    made_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["made_at", "pk"]
        indexes: ClassVar = [models.Index(fields=["after", "seen_at"])]
