"""The audit trail: what was done, by whom, to what, when; each entry holds the one before it.

Append-only: the database itself refuses to change or delete a row (a trigger, see the first
migration), and a hash over each entry and the one before shows what somebody with more power did.
No entry holds what a diary says.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models

__all__ = ["AuditEntry"]


class AuditEntry(models.Model):
    """One thing that was done. `number` has no gaps; `digest` is HMAC-SHA256 over everything."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150, blank=True, default="")
    action = models.CharField(max_length=40, db_index=True)
    subject = models.CharField(max_length=60, blank=True, default="", db_index=True)
    details = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["number"]
        verbose_name = "audit entry"
        verbose_name_plural = "audit trail"
