"""How often somebody tried something within a time. No row says who or what: keys are hashes."""

from __future__ import annotations

from django.db import models

__all__ = ["Counter"]


class Counter(models.Model):
    """One count. It begins anew with the first try after `ends_at`."""

    key = models.CharField(max_length=64, primary_key=True)
    number = models.PositiveIntegerField(default=0)
    ends_at = models.DateTimeField(db_index=True)
