"""What stands on the picture of a course."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

__all__ = ["PHRASES"]

PHRASES: tuple[str, ...] = (
    _("The course of %(symptom)s"),
    _("%(symptom)s (%(n)s to %(n2)s, lower is better)"),
    _("%(symptom)s (%(n)s to %(n2)s, higher is better)"),
    _("day"),
    _("cycle"),
    _("rating"),
    _("95 %% band"),
    _("expected with %(words)s throughout"),
    _("the part that treatment and trend explain"),
    _("fitted course, with its good and bad spells"),
    _("fitted mean"),
    _("mean rating of the period"),
    _("naltrexone taken (mg)"),
    _("what was taken"),
    _("none"),
    _("No ratings."),
    _("1 rating"),
    _("%(n)s ratings"),
    _(
        "%(words2)s from %(n)s to %(n2)s, the fitted course with its 95 %% band, the course "
        "expected with %(words)s throughout, and what was taken."
    ),
)
