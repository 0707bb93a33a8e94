"""What the worker has been asked to compute, and what it found, kept by a key of the question.

The same question has the same key, so that it is computed once whoever asks. No question and no
result is about a patient: regimens, designs and sums over at least five people only.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lowdose.clinic.models.people import User

__all__ = ["Computation", "ComputationKind"]


class ComputationKind(models.TextChoices):
    """What is computed."""

    SIMULATION = "simulation", _("What a regimen would do")
    CHANCES = "chances", _("The chance of a clear answer")
    POOL = "pool", _("What courses say together")
    OPERATING = "operating", _("What a design could settle")
    HARMS = "harms", _("Unwanted events")


class Computation(models.Model):
    """One question. `content` is empty until `made_at`; `problem` says why there is no result."""

    key = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=12, choices=ComputationKind.choices)
    asked = models.JSONField()
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    content = models.JSONField(default=dict)
    problem = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        indexes: ClassVar = [models.Index(fields=["asked_by", "made_at"])]
