"""Unwanted events of trials: what is compared, and the picture of it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

__all__ = ["PHRASES"]

PHRASES: tuple[str, ...] = (
    _("Unwanted events on low-dose naltrexone, %(words)s"),
    _("all conditions"),
    _("Only 1 trial gives counts of both arms that may be used (%(source)s)."),
    _("%(n)s trials give counts of both arms that may be used."),
    _("No trial gives counts of both arms that may be used."),
    _("In brackets: where the truth lies with 95 %% probability, if what is assumed holds."),
    _("comparator"),
    _("naltrexone, without comparison"),
    _("rests on memory, not checked"),
    _("naltrexone alone, %(n)s people"),
    _("partly not checked"),
    _("not checked"),
    _("of 100 people, with 95 %% interval"),
)
