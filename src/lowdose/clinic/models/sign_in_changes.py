"""What happened to somebody's ways to sign in, so that the person can be told of it.

Nothing is ever sent from here, so it is said at the next sign-in.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lowdose.clinic.models.people import User

__all__ = ["SignInChange", "SignInChangeKind"]


class SignInChangeKind(models.TextChoices):
    """What happened."""

    PASSWORD_CHANGED = "password_changed", _("Your password was changed")
    PASSWORD_RENEWED = "password_renewed", _("A new password or code was made for you")
    FACTOR_ADDED = "factor_added", _("A passkey, an app or recovery codes were added")
    FACTOR_REMOVED = "factor_removed", _("A passkey, an app or recovery codes were removed")
    FACTOR_RENEWED = "factor_renewed", _("New recovery codes were made")
    FACTORS_RESET = "factors_reset", _("All your passkeys and second factors were removed")
    LOCKED_OUT = "locked_out", _("Too many wrong passwords were tried with your name")


class SignInChange(models.Model):
    """One thing that happened; `told_at` is None until the person has signed in since."""

    user = models.ForeignKey(User, models.CASCADE, related_name="sign_in_changes")
    kind = models.CharField(max_length=20, choices=SignInChangeKind.choices)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at"]
