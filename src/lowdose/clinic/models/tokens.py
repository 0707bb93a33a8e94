"""Tokens with which a person's own programs use the API. Only their hashes are kept."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lowdose.clinic.models.people import User

__all__ = ["ApiToken"]


class ApiToken(models.Model):
    """A token of one person, good until it expires or is taken back."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    token_sha256 = models.CharField(max_length=64, unique=True)
    label = models.CharField(_("what it is for"), max_length=60)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        ordering: ClassVar = ["-created_at"]
