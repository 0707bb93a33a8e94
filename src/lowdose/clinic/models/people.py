"""People: who signs in, whom they treat, and the invitations that bring a patient in.

A patient is known by a pseudonym everywhere. The name, where anybody notes one, is encrypted and
shown to those who treat.
"""

from __future__ import annotations

import secrets
import uuid
from typing import ClassVar
from zoneinfo import available_timezones

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from lowdose.clinic.vault import SealedText

__all__ = ["LETTERS", "Invitation", "Patient", "Role", "User", "check_zone", "new_pseudonym"]

# No letter or digit that is taken for another when read aloud or copied by hand.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class Role(models.TextChoices):
    """What somebody does here; one person has one role."""

    PRESCRIBER = "prescriber", _("Prescriber")
    PHARMACIST = "pharmacist", _("Pharmacist")
    PATIENT = "patient", _("Patient")
    RESEARCHER = "researcher", _("Researcher")
    ADMINISTRATOR = "administrator", _("Site administrator")


def check_zone(name: str) -> None:
    """Raises ValidationError unless `name` is an IANA time zone."""
    if name not in available_timezones():
        raise ValidationError(
            _("%(name)s is no time zone; one looks like Europe/Oslo."), params={"name": name}
        )


def new_pseudonym() -> str:
    """A name that says nothing, as "P-7K3MQ9"."""
    return "P-" + "".join(secrets.choice(LETTERS) for _ in range(6))


class User(AbstractUser):
    """Somebody who signs in. No e-mail address is kept: nothing is ever sent."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = None  # type: ignore[assignment]
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    name = SealedText(_("name"), blank=True, default="")
    language = models.CharField(_("language"), max_length=8, default="en")
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[check_zone]
    )
    history = HistoricalRecords(excluded_fields=["password", "last_login"])

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return str(self.username)

    @property
    def is_patient(self) -> bool:
        """Whether this is a patient's own account."""
        return self.role == Role.PATIENT

    @property
    def shown(self) -> str:
        """The name where there is one, otherwise the sign-in name."""
        return self.name or self.username


class Patient(models.Model):
    """Somebody who is treated. `account` is None until an invitation was accepted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pseudonym = models.CharField(_("pseudonym"), max_length=16, unique=True, default=new_pseudonym)
    prescriber = models.ForeignKey(User, models.PROTECT, related_name="patients")
    account = models.OneToOneField(
        User, models.SET_NULL, null=True, blank=True, related_name="patient"
    )
    name = SealedText(_("name"), blank=True, default="")
    contact = SealedText(_("telephone or e-mail"), blank=True, default="")
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[check_zone]
    )
    language = models.CharField(_("language"), max_length=8, default="en")
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("patient")

    def __str__(self) -> str:
        return str(self.pseudonym)


class Invitation(models.Model):
    """A link that makes a patient's account, once. Only the hash of its token is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, models.CASCADE, related_name="invitations")
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
